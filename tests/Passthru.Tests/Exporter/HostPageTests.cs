using System.IO.Compression;
using Passthru.Exporter.Commands;
using Passthru.Facts.Files;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>Each fixture host from its files to its page.</summary>
public sealed class HostPageTests(WrittenHosts hosts)
{
    public static TheoryData<string> Names => [.. WrittenHosts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_page_of_a_host_is_the_one_that_was_read(string name) =>
        Golden.Check($"tests/hosts/{name}/metrics.prom", await Read.Page(hosts.Files(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_capture_gives_the_page_of_the_host(string name)
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "host.tar.gz");
        await Write(Capture(hosts.Files(name)), file);
        Assert.Equal(await Read.Page(hosts.Files(name), all: true), await Read.Page(FileTree.Open(file), all: true));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_unpacked_capture_does_too(string name)
    {
        using var directory = new TemporaryDirectory();
        var tar = new MemoryStream();
        Capture(hosts.Files(name)).WriteTo(tar, "test");
        tar.Position = 0;
        await System.Formats.Tar.TarFile.ExtractToDirectoryAsync(tar, directory.Path, overwriteFiles: false, TestContext.Current.CancellationToken);
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

    private static RecordingFiles Capture(IFileTree files)
    {
        var recording = new RecordingFiles(files, Redact.Content);
        Read.Facts(recording);
        return recording;
    }

    private static async Task Write(RecordingFiles recording, string file)
    {
        await using var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        recording.WriteTo(gzip, "test");
    }
}
