using System.IO.Compression;
using Passthru.Exporter.Commands;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>Each fixture host from its files to its page.</summary>
public sealed class HostPageTests(WrittenHosts hosts)
{
    public static TheoryData<string> Names => [.. WrittenHosts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_page_of_a_host_is_the_one_that_was_read(string name) =>
        Golden.Check($"tests/hosts/{name}/metrics.prom", Read.Samples(await Read.Page(hosts.Files(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_check_of_a_host_is_the_one_that_was_read(string name) =>
        Golden.Check($"tests/hosts/{name}/check.txt", Read.Check(hosts.Files(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_capture_gives_the_page_of_the_host(string name)
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "host.tar.gz");
        await Capture(hosts.Files(name), file);
        Assert.Equal(await Read.Page(hosts.Files(name), all: true), await Read.Page(FileTree.Open(file), all: true));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_unpacked_capture_does_too(string name)
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "host.tar.gz");
        await Capture(hosts.Files(name), file);
        Assert.Equal((0, ""), await Tools.Run("", "tar", "-xzf", file, "-C", directory.Path));
        Assert.Equal(await Read.Page(hosts.Files(name), all: true), await Read.Page(FileTree.Open(directory.Path), all: true));
    }

    [Fact]
    public async Task The_host_to_measure_with_keeps_the_budget_of_series()
    {
        var page = await Read.Page(hosts.Files("intel-server"));
        var series = page.Split('\n').Count(line => line.Length > 0 && line[0] != '#');
        Assert.InRange(series, 300, 600);
    }

    [Fact]
    public async Task On_a_sleeping_laptop_nothing_is_read_that_would_wake_it()
    {
        var page = await Read.Page(hosts.Files("laptop"), all: true);
        Assert.DoesNotContain("WOKEN", page, StringComparison.Ordinal);
        var issues = Read.Facts(hosts.Files("laptop")).Collectors.SelectMany(run => run.Issues);
        Assert.Empty(issues);
    }

    [Theory]
    [InlineData("own-libvirt", "router", "win11")]
    [InlineData("own-pve-gpu", "gaming", "gaming")]
    [InlineData("own-pve-two-vms-one-card", "mould", "spare")]
    public async Task With_other_names_for_machines_nothing_else_is_another(string host, params string[] names)
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "host.tar.gz");
        await Capture(hosts.Files(host), file, new Pseudonyms());
        await using var tar = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        var all = await new StreamReader(tar).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.All(names, name => Assert.DoesNotContain(name, all, StringComparison.Ordinal));
        Assert.Equal(Nameless(await Read.Page(hosts.Files(host))), Nameless(await Read.Page(FileTree.Open(file))));
    }

    /// <summary>The lines of a page without the labels that name machines, in no order.</summary>
    private static IEnumerable<string> Nameless(string page) =>
        page.Split('\n').Select(line => System.Text.RegularExpressions.Regex.Replace(line, "(vm|name)=\"[^\"]*[^0-9\"][^\"]*\"", "$1=\"\"")).Order(StringComparer.Ordinal);

    private static async Task Capture(IFileTree files, string file, Pseudonyms? names = null)
    {
        var recording = new RecordingTree(files);
        var facts = Read.Observation(recording).Facts;
        await using var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        recording.WriteTo(gzip, "test", new Redact(facts, names));
    }
}
