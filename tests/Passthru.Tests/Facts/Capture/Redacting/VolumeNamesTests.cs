using System.Text;
using Passthru.Facts.Capture;
using Passthru.Facts.Capture.Redacting;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;

namespace Passthru.Tests.Facts.Capture.Redacting;

public sealed class VolumeNamesTests
{
    private static readonly string[] Volumes = ["/dev/vg0/web-1", "/dev/vg0/web-1-data", "/dev/mapper/fast-web--1", "/dev/zvol/tank/web-1", "/dev/sda", "/var/lib/web-1"];

    [Theory]
    [InlineData("dev/vg0/web-1", "dev/vg0/vm-1")]
    [InlineData("dev/vg0/web-1-data", "dev/vg0/vm-1-data")]
    [InlineData("dev/mapper/vg0-web--1", "dev/mapper/vg0-vm--1")]
    [InlineData("dev/mapper/fast-web--1", "dev/mapper/fast-vm--1")]
    [InlineData("dev/zvol/tank/web-1", "dev/zvol/tank/vm-1")]
    [InlineData("sys/class/block/vg0!web-1", "sys/class/block/vg0!vm-1")]
    [InlineData("dev/sda", "dev/sda")]
    [InlineData("etc/vg0/web-1", "etc/vg0/web-1")]
    public void A_volume_that_is_named_after_its_VM_takes_its_other_name(string path, string told) => Assert.Equal(told, Names().Path(path));

    [Theory]
    [InlineData("sys/devices/virtual/block/dm-3/dm/name", "vg0-web--1\n", "vg0-vm--1\n")]
    [InlineData("etc/libvirt/qemu/vm-1.xml", "<source dev=\"/dev/vg0/web-1\"/>", "<source dev=\"/dev/vg0/vm-1\"/>")]
    [InlineData("sys/devices/x/config", "vg0/web-1", "vg0/web-1")]
    public void So_it_does_where_files_name_it(string path, string content, string told) =>
        Assert.Equal(told, Encoding.UTF8.GetString(Names().Content(path, Encoding.UTF8.GetBytes(content))));

    private static VolumeNames Names() =>
        new([new Vm { Manager = VmManagers.Libvirt, Id = "web-1", Name = "web-1", File = "web-1.xml", Volumes = [.. Volumes] }], new Pseudonyms());
}
