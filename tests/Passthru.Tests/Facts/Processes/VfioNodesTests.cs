using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Processes;

/// <summary>The nodes in /dev/vfio, present and as the kernel has them.</summary>
public sealed class VfioNodesTests
{
    private static readonly PciFacts Pci = new()
    {
        Functions = [Some.Function("0000:01:00.0") with { Group = "14", Driver = new PciDriver("vfio-pci", true) }],
    };

    [Theory]
    [InlineData("240:14", 0x21b0, true, false)]
    [InlineData("240:14", 0x21b6, true, true)]
    [InlineData("240:15", 0x21b0, false, false)]
    [InlineData("240:14", 0x81b6, false, false)]
    public void A_node_is_the_device_that_the_kernel_has(string device, int mode, bool isPresent, bool isOpen)
    {
        var numbers = device.Split(':').Select(uint.Parse).ToArray();
        var files = Host().WithNode("dev/vfio/14", new FileNode(mode, numbers[0], numbers[1])).WithLink("sys/dev/char/240:15", "../../devices/virtual/vfio/15");

        Assert.Equal([new VfioNodeFacts("dev/vfio/14", "14", isPresent, isOpen)], Read(files));
    }

    [Fact]
    public void A_node_that_is_not_there_is_missed_only_where_the_host_s_own_dev_is_seen()
    {
        Assert.False(Assert.Single(Read(Host())!.Value).IsPresent);
        Assert.Null(Read(new FakeTree().With("sys/class/vfio/14/dev", "240:14\n")));
        Assert.Null(VfioNodes.Read(new HostReader(Host(), ReadAttempt.Unlimited), new PciFacts { Functions = [] }));
    }

    [Fact]
    public void A_device_has_a_node_of_its_own_where_it_has_a_number()
    {
        var files = Host().With("sys/class/vfio-dev/vfio0/dev", "241:0\n").WithLink("sys/class/vfio-dev/vfio0", "../../devices/pci0000:00/0000:01:00.0/vfio-dev/vfio0");

        Assert.Contains(new VfioNodeFacts("dev/vfio/devices/vfio0", "14", false, false), Read(files)!.Value);
    }

    [Theory]
    [InlineData(0x21b6, 10u, 262u, true)]
    [InlineData(0x21b0, 10u, 263u, false)]
    [InlineData(0x81b6, 10u, 262u, false)]
    public void A_device_s_own_node_needs_that_of_IOMMUFD(int mode, uint major, uint minor, bool isPresent)
    {
        var files = Host().With("sys/class/vfio-dev/vfio0/dev", "241:0\n").WithLink("sys/class/vfio-dev/vfio0", "../../devices/pci0000:00/0000:01:00.0/vfio-dev/vfio0")
            .With("sys/class/misc/iommu/dev", "10:262\n").WithNode("dev/iommu", new FileNode(mode, major, minor));

        Assert.Contains(new VfioNodeFacts("dev/iommu", "14", isPresent, false), Read(files)!.Value);
    }

    private static EquatableArray<VfioNodeFacts>? Read(FakeTree files) => VfioNodes.Read(new HostReader(files, ReadAttempt.Unlimited), Pci);

    private static FakeTree Host() => new FakeTree()
        .WithNode("dev/kmsg", new FileNode(0x2180, 1, 11))
        .With("sys/class/vfio/14/dev", "240:14\n")
        .WithLink("sys/dev/char/240:14", "../../devices/virtual/vfio/14");
}
