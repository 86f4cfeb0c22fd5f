using CsCheck;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>Whatever stands in whatever file, a page comes out, and of the other devices it says what it said before.</summary>
public sealed class RobustnessTests
{
    private static readonly Gen<byte[]> Garbage = Gen.OneOf(
        Gen.Byte.Array[0, 300],
        Gen.String.Select(System.Text.Encoding.UTF8.GetBytes),
        Gen.Const(new byte[5000]),
        Gen.Const("\n"u8.ToArray()));

    [Fact]
    public async Task Garbage_in_any_file_never_stops_a_page()
    {
        var host = AllHosts.Build("intel-desktop");
        var files = host.Files.ToList();
        await Gen.Select(Gen.Int[0, files.Count - 1].Array[1, 20], Garbage).SampleAsync(
            async (places, garbage) =>
            {
                var tree = Tree(host);
                foreach (var place in places)
                {
                    tree.With(files[place], garbage);
                }

                Assert.Contains("passthru_collector_success", await Read.Page(tree, all: true), StringComparison.Ordinal);
            },
            iter: 300);
    }

    [Fact]
    public async Task Garbage_of_one_device_changes_nothing_of_the_others()
    {
        const string device = "0000:02:00.0";
        var host = AllHosts.Build("intel-desktop");
        var before = Lines(await Read.Page(Tree(host)), without: device);
        var own = host.Files.Where(path => path.Contains($"/{device}/", StringComparison.Ordinal) && !path.EndsWith("/class", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(own);
        foreach (var path in own)
        {
            var page = await Read.Page(Tree(host).With(path, [0xff, 0xfe, 0x00, 0x20, 0x0a]));
            Assert.Equal(before, Lines(page, without: device));
        }
    }

    /// <summary>Lines that speak of others; what counts devices, and whether the collector was happy, may differ.</summary>
    private static List<string> Lines(string page, string without) =>
        [.. page.Split('\n').Where(line => line.Contains("device=\"", StringComparison.Ordinal) && !line.Contains(without, StringComparison.Ordinal))];

    private static FakeTree Tree(HostTree host)
    {
        var tree = new FakeTree();
        foreach (var path in host.Files)
        {
            tree.With(path, host.Read(path));
        }

        foreach (var (path, target) in host.Links)
        {
            tree.WithLink(path, target);
        }

        return tree;
    }
}
