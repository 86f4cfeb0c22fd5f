using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Platform;
using Passthru.Findings.Plans;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Plans;

/// <summary>Words by which people mean a device.</summary>
public sealed class DeviceSelectionTests
{
    [Theory]
    [InlineData("01:00.0", "0000:01:00.0")]
    [InlineData("0000:01:00.1", "0000:01:00.1")]
    [InlineData("01:00", "0000:01:00.0 0000:01:00.1")]
    [InlineData("10de:2204", "0000:01:00.0")]
    [InlineData("10DE:2204", "0000:01:00.0")]
    [InlineData("card1", "0000:01:00.0")]
    [InlineData("enp3s0", "0000:03:00.0")]
    [InlineData("nvme1", "0000:02:00.0")]
    [InlineData("nvme1n1", "0000:02:00.0")]
    [InlineData("sda", "0000:04:00.0")]
    [InlineData("PCIEX16_1", "0000:01:00.0 0000:01:00.1")]
    [InlineData("nvme", "")]
    [InlineData("nvme1n", "")]
    [InlineData("05:00.0", "")]
    [InlineData("1234:5678", "")]
    [InlineData("", "")]
    public void A_word_means_functions(string word, string expected)
    {
        var facts = Some.Facts(
            Some.Function("0000:01:00.0") with { Device = 0x2204 },
            Some.Function("0000:01:00.1") with { Device = 0x1aef },
            Some.Function("0000:02:00.0"),
            Some.Function("0000:03:00.0"),
            Some.Function("0000:04:00.0")) with
        {
            Platform = new PlatformFacts { Board = new BoardFacts(), Slots = [new PhysicalSlot("PCIEX16_1", Some.Address("0000:01:00.0"))] },
            HostDependencies = new HostDependencyFacts
            {
                All = [],
                Unresolved = [],
                DisplayComplete = true,
                KeyboardsComplete = true,
                Names = [new("card1", Some.Address("0000:01:00.0")), new("enp3s0", Some.Address("0000:03:00.0"))],
                Disks = [new Disk("nvme1n1", Some.Address("0000:02:00.0")), new Disk("sda", Some.Address("0000:04:00.0"))],
            },
        };

        Assert.Equal(expected, string.Join(' ', DeviceSelection.Find(facts, word).Select(function => function.Address)));
    }
}
