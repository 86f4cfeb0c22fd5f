using System.Text;
using Passthru.Exporter.Metrics;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Hosts;
using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Support;

/// <summary>How many series hosts of several sizes have, counted on hosts that are made for it.</summary>
internal static class SeriesTable
{
    public static string Markdown()
    {
        var text = new StringBuilder("""
            ## How many series

            Counted on made hosts. A virtual function that may go to a VM counts like any device; those that are the host's
            own have four each, which say that they are there.

            | functions | what | series | with `--collector.pci.all` |
            |--:|---|--:|--:|

            """);
        foreach (var (functions, what, tree) in Rows())
        {
            var files = TreeFiles.Of(tree);
            text.Append($"| {functions:N0} | {what} | {Count(files, all: false):N0} | {Count(files, all: true):N0} |\n");
        }

        return text.Append('\n').ToString();
    }

    /// <summary>Samples on the page of a host.</summary>
    public static int Count(IFileTree files, bool all)
    {
        var (facts, report) = Read.Observation(files);
        var view = new View(facts, report, all, new ProcessStatus { CpuSeconds = 1, StartTime = 1, VirtualBytes = 1, ResidentBytes = 1, Threads = 1, OpenFiles = 1, MaxFiles = 1 });
        return Families.All.Sum(family => family.Samples(view).Count());
    }

    private static IEnumerable<(int Functions, string What, HostTree Tree)> Rows()
    {
        var desktop = UsedHost.Host();
        desktop = desktop with { Functions = [.. desktop.Functions, .. Registers("0000:00:08", 4, "8086:2016", 20)] };
        yield return (20, "a desktop with two graphics cards", UsedHost.Build(desktop, UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, UsedConsoles.Desktop));
        yield return (80, "a server with two sockets, two cards on VFIO, no VMs", AllHosts.Build("intel-server"));
        yield return (512, "328 virtual functions, 500 VMs of which 100 have one", new ScaledHost(512, 500, 100, 500) { Descriptors = 1 }.Build());
        yield return (4096, "2,624 virtual functions, 500 VMs of which 100 have one", new ScaledHost(4096, 500, 100, 500) { Descriptors = 1 }.Build());
    }
}
