using System.Globalization;
using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>The error counters that the kernel keeps where it owns AER (drivers/pci/pcie/aer.c, aer_stats_dev_attr).</summary>
internal static class AerFiles
{
    private static readonly string[] Correctable =
        ["RxErr", "BadTLP", "BadDLLP", "Rollover", "Timeout", "NonFatalErr", "CorrIntErr", "HeaderOF"];

    private static readonly string[] Uncorrectable =
    [
        "Undefined", "DLP", "SDES", "TLP", "FCP", "CmpltTO", "CmpltAbrt", "UnxCmplt", "RxOF", "MalfTLP", "ECRC", "UnsupReq",
        "ACSViol", "UncorrIntErr", "BlockedTLP", "AtomicOpBlocked", "TLPBlockedErr", "PoisonTLPBlocked",
    ];

    public static void WriteTo(HostTree tree, PlacedFunction placed)
    {
        if (placed.Function.Aer is not { } counts)
        {
            return;
        }
        tree.Text($"{placed.Path}/aer_dev_correctable", Table(Correctable, counts.Correctable, "ERR_COR"))
            .Text($"{placed.Path}/aer_dev_nonfatal", Table(Uncorrectable, counts.Nonfatal, "ERR_NONFATAL"))
            .Text($"{placed.Path}/aer_dev_fatal", Table(Uncorrectable, counts.Fatal, "ERR_FATAL"));
        if (placed.Function.Express is ExpressType.RootPort or ExpressType.EventCollector)
        {
            WriteRootPort(tree, placed.Path);
        }
    }

    private static void WriteRootPort(HostTree tree, string path) =>
        tree.Line($"{path}/aer_rootport_total_err_cor", "0")
            .Line($"{path}/aer_rootport_total_err_nonfatal", "0")
            .Line($"{path}/aer_rootport_total_err_fatal", "0");

    private static string Table(string[] names, IReadOnlyDictionary<string, int> counts, string total)
    {
        var text = new StringBuilder();
        foreach (var name in names)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} {counts.GetValueOrDefault(name)}\n");
        }
        return text.Append(CultureInfo.InvariantCulture, $"TOTAL_{total} {counts.Values.Sum()}\n").ToString();
    }
}
