using Passthru.Facts.Processes;

namespace Passthru.Tests.Facts.Processes;

/// <summary>Links of descriptors, from guests of QEMU and from everything else that runs on a host.</summary>
public sealed class VfioFileTests
{
    [Theory]
    [InlineData("/dev/vfio/14", "14")]
    [InlineData("/dev/vfio/0", "0")]
    [InlineData("/dev/vfio/noiommu-3", "3")]
    [InlineData("/host/dev/vfio/14", "14")]
    [InlineData("/vfio/14", "14")]
    [InlineData("/var/lib/machines/x/dev/vfio/101", "101")]
    [InlineData("/dev/vfio/14 (deleted)", "14")]
    [InlineData("/host/dev/vfio/noiommu-3 (deleted)", "3")]
    public void A_group_is_known_by_the_end_of_the_path(string target, string group) => Check(target, VfioFileKind.Group, group);

    [Theory]
    [InlineData("/dev/vfio/devices/vfio0", "vfio0")]
    [InlineData("/host/dev/vfio/devices/vfio12", "vfio12")]
    [InlineData("/dev/vfio/devices/vfio7 (deleted)", "vfio7")]
    public void A_device_with_a_node_of_its_own_has_a_name(string target, string name) => Check(target, VfioFileKind.Device, name);

    [Fact]
    public void A_device_that_came_through_its_group_has_none() => Check("anon_inode:[vfio-device]", VfioFileKind.DeviceOfGroup, "");

    [Theory]
    [InlineData("/dev/vfio/vfio")]
    [InlineData("/host/dev/vfio/vfio")]
    [InlineData("/dev/vfio/vfio (deleted)")]
    [InlineData("/dev/iommu")]
    [InlineData("/dev/null")]
    [InlineData("/dev/pts/14")]
    [InlineData("/dev/kvm")]
    [InlineData("/dev/vhost-net")]
    [InlineData("anon_inode:[eventfd]")]
    [InlineData("anon_inode:kvm-vm")]
    [InlineData("anon_inode:kvm-vcpu:0")]
    [InlineData("anon_inode:[vfio-device] (deleted)")]
    [InlineData("socket:[31415]")]
    [InlineData("pipe:[14]")]
    [InlineData("vfio/14")]
    [InlineData("/home/user/notvfio/14")]
    [InlineData("/dev/vfio/")]
    [InlineData("/dev/vfio/14a")]
    [InlineData("/dev/vfio/-1")]
    [InlineData("/dev/vfio/+1")]
    [InlineData("/dev/vfio/ 1")]
    [InlineData("/dev/vfio/noiommu-")]
    [InlineData("/dev/vfio/noiommu-x")]
    [InlineData("/dev/vfio/99999999999")]
    [InlineData("/dev/vfio/devices/vfio")]
    [InlineData("/dev/vfio/devices/vfio1x")]
    [InlineData("/dev/vfio/devices/14")]
    [InlineData("/dev/vfio/14/x")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData(" (deleted)")]
    public void Anything_else_is_none(string target) => Assert.False(VfioFile.TryParse(target, out _));

    private static void Check(string target, VfioFileKind kind, string name)
    {
        Assert.True(VfioFile.TryParse(target, out var file));
        Assert.Equal(new VfioFile(kind, name), file);
    }
}
