using Passthru.Facts.Pci;

namespace Passthru.Tests.Facts.Pci;

public sealed class PciPowerTests
{
    [Theory]

    // What sleeps lightly is not woken by reading its config space, what is off would be.
    [InlineData("D0", "active", true)]
    [InlineData("D3hot", "suspended", true)]
    [InlineData("D3cold", "suspended", false)]
    [InlineData("D3cold", "active", false)]
    [InlineData("error", "error", false)]
    [InlineData("something new", "active", false)]

    // An unbound device often has no known state; then its runtime status has to do.
    [InlineData("unknown", "active", true)]
    [InlineData("unknown", "unsupported", true)]
    [InlineData("unknown", "suspended", false)]

    // Kernels before 5.11 tell no state, kernels without CONFIG_PM no status.
    [InlineData(null, "suspended", false)]
    [InlineData(null, "active", true)]
    [InlineData("D0", null, true)]
    [InlineData(null, null, true)]
    public void Config_space_is_read_only_where_that_wakes_nothing(string? state, string? status, bool stays) =>
        Assert.Equal(stays, new PciPower { State = state, RuntimeStatus = status }.ConfigReadIsSafe);

    [Theory]
    [InlineData("D0", "active", true)]
    [InlineData("D0", "suspended", false)]
    [InlineData("D3hot", "suspended", false)]
    [InlineData("D3cold", "active", false)]
    [InlineData("D0", "suspending", false)]
    [InlineData("D0", "resuming", false)]
    [InlineData("D0", "error", false)]
    [InlineData("unknown", "unsupported", true)]
    [InlineData(null, null, true)]
    public void A_bridge_stays_as_it_is_only_while_it_is_active(string? state, string? status, bool stays) =>
        Assert.Equal(stays, new PciPower { State = state, RuntimeStatus = status }.ChildConfigReadIsSafe);

    [Theory]
    [InlineData("D0", true)]
    [InlineData("D3hot", false)]
    [InlineData("D3cold", false)]
    public void Only_a_device_in_d0_is_awake(string state, bool awake) => Assert.Equal(awake, new PciPower { State = state, RuntimeStatus = "active" }.IsAwake);
}
