using System.Globalization;
using Passthru.Facts.HostDependencies.Programs;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>Which device a descriptor is of: by its number, not by its path.</summary>
public sealed class OpenNodeTests
{
    private const int Block = 0x61b0, Character = 0x21b0, Regular = 0x81a4;

    [Theory]
    [InlineData(Block, "259:2", "/jail/dev/disk", "/dev/nvme0n1")]
    [InlineData(Block, "253:0", "/dev/mapper/vg-root", "/dev/dm-0")]
    [InlineData(Block, "104:0", "/dev/x", "/dev/cciss/c0d0")]
    [InlineData(Block, "8:0", "/dev/sda", "/dev/sda")]
    [InlineData(Character, "226:128", "/dev/gpu", "/dev/dri/renderD128")]
    [InlineData(Character, "195:0", "/dev/nvidia0", "/dev/nvidia0")]
    public void The_kernel_s_number_names_the_device(int mode, string number, string target, string path) =>
        Assert.Equal(new OpenNode("7", target, path, IsKernels: true), Opened(Host(), mode, number, target));

    [Fact]
    public void A_file_that_goes_by_the_path_of_a_node_is_none() => Assert.Null(Opened(Host(), Regular, "0:0", "/tmp/dev/nvme0n1"));

    [Fact]
    public void In_a_copy_of_files_the_path_stands_in() =>
        Assert.Equal(new OpenNode("7", "/dev/sdb", "/dev/sdb", IsKernels: false), Opened(new FakeTree(), Regular, "0:0", "/dev/sdb"));

    private static OpenNode? Opened(FakeTree files, int mode, string number, string target)
    {
        var numbers = number.Split(':').Select(part => uint.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        files.WithNode("proc/900/fd/7", new FileNode(mode, numbers[0], numbers[1]));
        return new HostReader(files, ReadAttempt.Unlimited).In("proc/900/fd", descriptors => new Box(OpenNode.Of(descriptors, "7", target, ProgramSearch.NodeOf(target)!))).Node;
    }

    private static FakeTree Host() => new FakeTree()
        .WithLink("proc/self", "900")
        .WithLink("sys/dev/block/259:2", "../../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1")
        .WithLink("sys/dev/block/253:0", "../../devices/virtual/block/dm-0")
        .WithLink("sys/dev/block/104:0", "../../devices/pci0000:00/0000:02:00.0/block/cciss!c0d0")
        .WithLink("sys/dev/char/226:128", "../../devices/pci0000:00/0000:03:00.0/drm/renderD128");

    private sealed record Box(OpenNode? Node);
}
