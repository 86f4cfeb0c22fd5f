using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Pci;

/// <summary>What the guest's driver has set up, as a kernel with a QEMU on the function showed it.</summary>
public sealed class GuestInterruptsTests
{
    private const string Address = "0000:09:00.0";
    private const string Device = $"sys/devices/pci0000:00/0000:00:1c.0/{Address}";
    private const string Line = "sys/kernel/irq/16";

    [Theory]
    [InlineData("vfio-intx(0000:09:00.0)", "Intx 7")]
    [InlineData("i801_smbus,vfio-intx(0000:09:00.0),vfio-intx(0000:09:00.1)", "Intx ")]
    [InlineData("i801_smbus,vfio-intx(0000:09:00.1)", "None ")]
    [InlineData("", "None ")]
    public void Without_vectors_the_line_tells(string actions, string told) =>
        Assert.Equal(told, Told(new FakeTree().With($"{Device}/irq", "16\n").With($"{Line}/actions", $"{actions}\n").With($"{Line}/per_cpu_count", "3,0,4\n")));

    [Theory]
    [InlineData("msix", "Msix 1015")]
    [InlineData("msi", "Msi 1015")]
    [InlineData("else", null)]
    public void Vectors_are_the_guests_drivers(string kind, string? told) =>
        Assert.Equal(told, Told(new FakeTree().With($"{Device}/irq", "16\n")
            .With($"{Device}/msi_irqs/45", $"{kind}\n").With("sys/kernel/irq/45/per_cpu_count", "1000,5\n")
            .With($"{Device}/msi_irqs/48", $"{kind}\n").With("sys/kernel/irq/48/per_cpu_count", "10,0\n")));

    [Fact]
    public void A_vector_that_cannot_be_counted_leaves_the_sum_open() =>
        Assert.Equal("Msix ", Told(new FakeTree().With($"{Device}/msi_irqs/45", "msix\n").With($"{Device}/msi_irqs/48", "msix\n").With("sys/kernel/irq/45/per_cpu_count", "5\n")));

    [Fact]
    public void What_is_refused_or_not_there_is_unknown()
    {
        Assert.Null(Told(new FakeTree()));
        Assert.Null(Told(new FakeTree().With($"{Device}/irq", "16\n")));
        Assert.Null(Told(new FakeTree().With($"{Device}/irq", "16\n").With($"{Line}/actions", "vfio-intx(0000:09:00.0)\n").Refusing($"{Device}/msi_irqs", Errno.AccessDenied)));
    }

    [Fact]
    public void A_virtual_function_has_no_line_and_so_nothing_before_its_vectors() => Assert.Equal("None ", Told(new FakeTree().With($"{Device}/irq", "0\n")));

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("1,2,3", 6UL)]
    [InlineData("", null)]
    [InlineData("1,,2", null)]
    [InlineData("-1", null)]
    public void Counts_are_one_for_each_CPU(string text, ulong? total) => Assert.Equal(total, GuestInterrupts.TryParseCounts(text, out var value) ? value : null);

    /// <summary>Of a function that nobody has open, or that is the host's, no such file is asked for.</summary>
    [Theory]
    [InlineData("own-pve-nic-stopped", 0)]
    [InlineData("own-healthy", 1)]
    public void Only_open_functions_of_VFIO_are_asked(string host, int functions)
    {
        var asked = new HashSet<string>();
        Read.Facts(new AskedTree(TreeFiles.Of(OwnedHosts.Build(host)), asked));
        Assert.Equal(functions, asked.Count(path => path.EndsWith("msi_irqs", StringComparison.Ordinal)));
    }

    private static string? Told(IFileTree tree) =>
        new HostReader(tree, ReadAttempt.Unlimited).In(Device, device => GuestInterrupts.Read(Some.Address(Address), device.WithOwnIssues())) is { } read ? $"{read.Mode} {read.Delivered}" : null;

    /// <summary>Notes which directories are listed.</summary>
    private sealed class AskedTree(IFileTree tree, HashSet<string> asked) : IFileTree
    {
        public int Read(string path, Span<byte> buffer) => tree.Read(path, buffer);

        public Errno List(string path, List<string> names)
        {
            asked.Add(path);
            return tree.List(path, names);
        }

        public Errno Link(string path, out string target) => tree.Link(path, out target);

        public Errno StatIdentity(string path, out FileIdentity identity) => tree.StatIdentity(path, out identity);

        public Errno StatVersion(string path, out FileVersion version) => tree.StatVersion(path, out version);

        public Errno StatNode(string path, out FileNode node) => tree.StatNode(path, out node);

        public Errno Extract(string path, StreamExtract digest) => tree.Extract(path, digest);

        public Errno Scan(string path, LineFilter filter) => tree.Scan(path, filter);
    }
}
