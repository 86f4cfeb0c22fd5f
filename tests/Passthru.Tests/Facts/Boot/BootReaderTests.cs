using Passthru.Facts.Boot;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot;

/// <summary>Files of modprobe.d in the order of kmod, and those of driverctl.</summary>
public sealed class BootReaderTests
{
    private readonly FakeTree _tree = new();

    [Fact]
    public void No_directory_is_no_configuration_and_no_issue()
    {
        var facts = Read(out var issues);

        Assert.Empty(facts.Modules.Options);
        Assert.Empty(facts.DriverctlOverrides);
        Assert.Empty(issues);
    }

    [Fact]
    public void Files_count_in_the_order_of_their_names_whatever_their_directory()
    {
        _tree.With("etc/modprobe.d/b.conf", "blacklist two")
            .With("usr/lib/modprobe.d/a.conf", "blacklist one")
            .With("lib/modprobe.d/c.conf", "blacklist three")
            .With("run/modprobe.d/Z.conf", "blacklist zero");

        Assert.Equal("zero one two three", Blacklisted());
    }

    [Fact]
    public void The_same_name_in_an_earlier_directory_hides_a_file()
    {
        _tree.With("lib/modprobe.d/a.conf", "blacklist five")
            .With("usr/lib/modprobe.d/a.conf", "blacklist four")
            .With("usr/local/lib/modprobe.d/a.conf", "blacklist three")
            .With("run/modprobe.d/a.conf", "blacklist two")
            .With("etc/modprobe.d/a.conf", "blacklist one");

        Assert.Equal("one", Blacklisted());
        Assert.Equal(["etc/modprobe.d/a.conf"], _tree.ReadPaths.Where(path => path.Contains("modprobe.d", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_library_directory_under_two_names_is_read_once()
    {
        _tree.With("lib/modprobe.d/a.conf", "blacklist one").With("usr/lib/modprobe.d/a.conf", "blacklist one");

        Assert.Equal("one", Blacklisted());
    }

    [Fact]
    public void An_empty_file_and_a_link_to_nothing_at_all_mask()
    {
        _tree.With("etc/modprobe.d/a.conf", "").With("usr/lib/modprobe.d/a.conf", "blacklist one")
            .WithLink("etc/modprobe.d/b.conf", "/dev/null").With("usr/lib/modprobe.d/b.conf", "blacklist two")
            .WithLink("run/modprobe.d/c.conf", "../../dev/null").With("usr/lib/modprobe.d/c.conf", "blacklist three");

        Assert.Equal("", Blacklisted());
    }

    [Fact]
    public void A_link_that_leads_nowhere_masks_nothing()
    {
        using var root = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(root.Path, "etc/modprobe.d"));
        Directory.CreateDirectory(Path.Combine(root.Path, "usr/lib/modprobe.d"));
        File.CreateSymbolicLink(Path.Combine(root.Path, "etc/modprobe.d/a.conf"), "gone.conf");
        File.CreateSymbolicLink(Path.Combine(root.Path, "etc/modprobe.d/b.conf"), "/dev/null");
        File.WriteAllText(Path.Combine(root.Path, "usr/lib/modprobe.d/a.conf"), "blacklist one\n");
        File.WriteAllText(Path.Combine(root.Path, "usr/lib/modprobe.d/b.conf"), "blacklist two\n");
        File.CreateSymbolicLink(Path.Combine(root.Path, "lib"), "usr/lib");
        using var tree = new DirectoryTree(root.Path);
        var files = new HostReader(tree, ReadAttempt.Unlimited);

        Assert.Equal(["one"], BootReader.Read(files, null).Modules.Blacklisted.Select(line => line.Module));
        Assert.Empty(files.Issues);
    }

    [Theory]
    [InlineData("vfio.conf.bak")]
    [InlineData("vfio")]
    [InlineData(".conf")]
    [InlineData(".hidden.conf")]
    [InlineData("vfio.CONF")]
    public void Files_of_other_names_are_left_alone(string name)
    {
        _tree.With($"etc/modprobe.d/{name}", "blacklist one");

        Assert.Equal("", Blacklisted());
    }

    [Theory]
    [InlineData("vfio", "etc/modprobe.d/vfio")]
    [InlineData("vfio.CONF", "etc/modprobe.d/vfio.CONF")]
    [InlineData("vfio.conf.bak", "")]
    [InlineData("vfio.conf~", "")]
    [InlineData(".hidden", "")]
    public void A_file_that_modprobe_passes_over_is_told(string name, string expected)
    {
        _tree.With($"etc/modprobe.d/{name}", "blacklist one");

        Assert.Equal(expected, string.Join(' ', Read(out _).PassedOver.Select(file => file.File)));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_issue_and_hides_no_other()
    {
        _tree.Refusing("etc/modprobe.d/a.conf", Errno.AccessDenied).With("etc/modprobe.d/b.conf", "blacklist one");
        var facts = Read(out var issues);

        Assert.Equal("one", facts.Modules.Blacklisted.Single().Module);
        Assert.All(issues, issue => Assert.Equal("etc/modprobe.d/a.conf", issue.Path));
        Assert.NotEmpty(issues);
    }

    [Fact]
    public void Huge_files_are_left_out_and_told()
    {
        _tree.With("etc/modprobe.d/a.conf", new string('x', 300 * 1024)).With("etc/modprobe.d/b.conf", "blacklist one");
        var facts = Read(out var issues);

        Assert.Equal("one", facts.Modules.Blacklisted.Single().Module);
        Assert.Equal("larger than expected", Assert.Single(issues).Detail);
    }

    [Fact]
    public void Driverctl_names_a_driver_for_a_function()
    {
        _tree.With("etc/driverctl.d/pci-0000:01:00.0", "vfio-pci\n")
            .With("etc/driverctl.d/pci-10000:e1:00.0", "nvme")
            .With("etc/driverctl.d/pci-0000:01:00.1", "\n")
            .With("etc/driverctl.d/pci-here", "vfio-pci")
            .With("etc/driverctl.d/vmbus-0000:02:00.0", "uio_hv_generic")
            .With("etc/driverctl.d/README", "vfio-pci");
        var facts = Read(out var issues);

        Assert.Equal(
            ["0000:01:00.0 vfio-pci etc/driverctl.d/pci-0000:01:00.0", "10000:e1:00.0 nvme etc/driverctl.d/pci-10000:e1:00.0"],
            facts.DriverctlOverrides.Select(one => $"{one.Function} {one.Driver} {one.File}"));
        Assert.Empty(issues);
    }

    private string Blacklisted() => string.Join(' ', Read(out _).Modules.Blacklisted.Select(line => line.Module));

    private BootFacts Read(out IReadOnlyList<ReadIssue> issues)
    {
        var files = new HostReader(_tree, ReadAttempt.Unlimited);
        var facts = BootReader.Read(files, null);
        issues = files.Issues;
        return facts;
    }
}
