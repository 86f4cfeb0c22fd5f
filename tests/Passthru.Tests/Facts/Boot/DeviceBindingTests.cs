using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot;

/// <summary>Files of Unraid and udev that bind devices at boot.</summary>
public sealed class DeviceBindingTests
{
    [Theory]
    [InlineData("BIND=0000:01:00.0|10de:2204 0000:01:00.1|10de:1aef", "0000:01:00.0 10de:2204; 0000:01:00.1 10de:1aef")]
    [InlineData("BIND=01:00.0 02:00.0", "0000:01:00.0 ; 0000:02:00.0 ")]
    [InlineData("BIND=\"0000:01:00.0|10de:2204\"", "0000:01:00.0 10de:2204")]
    [InlineData("# BIND=0000:01:00.0", "")]
    [InlineData("VFS=0000:01:00.0", "")]
    [InlineData("BIND=x|y 01:00", "")]
    [InlineData("", "")]
    public void Unraid_binds_addresses_with_their_ids(string text, string bindings) =>
        Assert.Equal(bindings, Lines(UnraidBindings.Read(Host("boot/config/vfio-pci.cfg", text))));

    [Theory]
    [InlineData("ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"0000:01:00.[01]\", ATTR{driver_override}=\"vfio-pci\"", "0000:01:00.[01] ")]
    [InlineData("SUBSYSTEM==\"pci\", ATTR{vendor}==\"0x10de\", ATTR{device}==\"0x2204\", ATTR{driver_override}=\"vfio-pci\"", " 10de:2204")]
    [InlineData("KERNEL==\"0000:01:00.0\", RUN+=\"/bin/sh -c 'echo vfio-pci > /sys$devpath/driver_override'\"", "0000:01:00.0 ")]
    [InlineData("ENV{PCI_ID}==\"10DE:2204\", ATTR{driver_override}=\"vfio-pci\"", " 10de:2204")]
    [InlineData("KERNEL==\"0000:01:00.0\", \\\n  ATTR{driver_override}=\"vfio-pci\"", "0000:01:00.0 ")]
    [InlineData("KERNEL==\"0000:01:00.0\", ATTR{driver_override}=\"nvidia\"", "")]
    [InlineData("KERNEL==\"0000:01:00.0\", PROGRAM==\"/bin/is-vm-host\", ATTR{driver_override}=\"vfio-pci\"", "")]
    [InlineData("KERNEL!=\"0000:01:00.0\", ATTR{driver_override}=\"vfio-pci\"", "")]
    [InlineData("SUBSYSTEM==\"pci\", ATTR{driver_override}=\"vfio-pci\"", "")]
    [InlineData("#KERNEL==\"0000:01:00.0\", ATTR{driver_override}=\"vfio-pci\"", "")]
    public void A_rule_of_udev_counts_where_all_its_conditions_are_understood(string text, string bindings) =>
        Assert.Equal(bindings, Lines(UdevBindings.Read(Host("etc/udev/rules.d/10-vfio.rules", text))));

    [Theory]
    [InlineData("10-vfio.rules", "ATTR{driver_override}=\"vfio-pci\"", BindingReach.FromLaterDrivers)]
    [InlineData("99-vfio.rules", "ATTR{driver_override}=\"vfio-pci\"", BindingReach.FromLaterDrivers)]
    [InlineData("10-vfio.rules", "RUN+=\"/bin/sh -c 'echo vfio-pci > /sys$devpath/driver_override'\"", BindingReach.FromLaterDrivers)]
    [InlineData("99-vfio.rules", "RUN+=\"/bin/sh -c 'echo vfio-pci > /sys$devpath/driver_override'\"", BindingReach.FromNone)]
    [InlineData("99-vfio.rules", "RUN+=\"/bin/sh -c 'echo $kernel > /sys$devpath/driver/unbind; echo vfio-pci > /sys$devpath/driver_override'\"", BindingReach.FromAnyDriver)]
    public void A_rule_reaches_as_far_as_its_time_allows(string file, string action, BindingReach reach) =>
        Assert.Equal(reach, Assert.Single(UdevBindings.Read(Host($"etc/udev/rules.d/{file}", $"KERNEL==\"0000:01:00.0\", {action}"))).Reach);

    [Theory]
    [InlineData("0000:01:00.[01]", "0000:01:00.1", true)]
    [InlineData("0000:01:00.[01]", "0000:01:00.2", false)]
    [InlineData("0000:01:00.[!0]", "0000:01:00.1", true)]
    [InlineData("0000:0[1-3]:*", "0000:02:00.0", true)]
    [InlineData("0000:01:00.?", "0000:01:00.7", true)]
    [InlineData("*:01:00.0|*:02:00.0", "0000:02:00.0", true)]
    [InlineData("0000:01:00.0", "0000:01:00.01", false)]
    [InlineData("0000:01:00.[", "0000:01:00.0", false)]
    [InlineData("*[0]*[0]*[0]*[0]*[0]*x", "0000:01:00.0", false)]
    public void Patterns_are_those_of_glob(string pattern, string text, bool matches) => Assert.Equal(matches, Passthru.Facts.Values.Glob.Matches(pattern, text));

    [Fact]
    public void Arguments_in_the_modules_of_the_initramfs_are_read()
    {
        var boot = BootReader.Read(Host("etc/initramfs-tools/modules", "vfio\n# vfio_pci ids=1:2\nvfio-pci ids=10de:2204,10de:1aef\n"), null);

        Assert.Equal(("10de:2204 10de:1aef", 3), (string.Join(' ', boot.InitramfsIds!.Ids), boot.InitramfsIds.At.Line));
    }

    private static string Lines(IEnumerable<DeviceBinding> bindings) =>
        string.Join("; ", bindings.Select(binding => $"{binding.Address?.ToString() ?? binding.AddressPattern} {binding.Id}"));

    private static HostReader Host(string path, string text) => new(new FakeTree().With(path, text), ReadAttempt.Unlimited);
}
