using System.Text;
using Passthru.Exporter.Commands;
using Passthru.Facts.Capture;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

public sealed class RedactTests
{
    [Theory]
    [InlineData("root=UUID=1f2e quiet iommu=pt", "root=redacted quiet iommu=pt")]
    [InlineData("systemd.setenv=\"TOKEN=a b\" vfio-pci.ids=10de:1b81", "systemd.setenv=redacted vfio-pci.ids=10de:1b81")]
    [InlineData("pci=\"a b\"", "pci=\"a b\"")]
    public void Values_that_have_nothing_to_do_with_passthrough_do_not_leave_the_host(string line, string redacted) =>
        Assert.Equal(redacted + "\n", Encoding.UTF8.GetString(new Redact(Some.Facts()).Content("proc/cmdline", Encoding.UTF8.GetBytes(line + "\n"))));

    [Fact]
    public void Serial_numbers_of_devices_do_not_either()
    {
        var host = AllHosts.Build("intel-server");
        var config = host.Read("sys/devices/pci0000:00/0000:00:1c.0/0000:01:00.0/config");
        byte[] serial = [0x00, 0x01, 0x00, 0xff, 0xff, 0x6b, 0x1f, 0xac];
        Assert.True(config.AsSpan().IndexOf(serial) > 0);
        var redacted = new Redact(Some.Facts()).Content("sys/devices/x/config", [.. config]);
        Assert.True(redacted.AsSpan().IndexOf(serial) < 0);
        Assert.Equal(config.Length, redacted.Length);
        Assert.Equal(8, config.Zip(redacted).Count(pair => pair.First != pair.Second) + serial.Count(b => b == 0));
    }

    [Theory]
    [InlineData("# Jane's card\ndevices:\n  - address: 0000:01:00.0\n    vm: win11\n", "#\ndevices:\n  - address: 0000:01:00.0\n    vm: vm-1\n")]
    [InlineData("devices: [{id: 10de:1b81, vm: \"web-1\"}, {vm: 100, slot: \"3\"}]", "devices: [{id: 10de:1b81, vm: vm-1}, {vm: 100, slot: \"3\"}]")]
    public void Settings_lose_comments_and_names_and_keep_their_lines(string text, string redacted) => Assert.Equal(
        redacted,
        Encoding.UTF8.GetString(new Redact(Some.Facts(), new Pseudonyms()).Content("etc/passthru-exporter/config.yml", Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Comments_of_modprobe_stay_comments() => Assert.Equal(
        "#\\\n#\noptions vfio-pci ids=10de:1b81\n",
        Encoding.UTF8.GetString(new Redact(Some.Facts()).Content("etc/modprobe.d/vfio.conf", "# Jane's \\\nstill one\noptions vfio-pci ids=10de:1b81\n"u8.ToArray())));
}
