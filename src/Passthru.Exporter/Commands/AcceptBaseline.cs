using System.CommandLine;
using System.Globalization;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Observing;
using Passthru.Facts.Baseline;
using Passthru.Facts.Reading;
using Passthru.Findings.Drift;

namespace Passthru.Exporter.Commands;

/// <summary><c>baseline accept</c>: the only verb that writes state, and only when it is told to.</summary>
internal static class AcceptBaseline
{
    /// <summary>The collectors that a baseline is made of.</summary>
    public static readonly IReadOnlyList<Collector> Needed = [Collector.Platform, Collector.Kernel, Collector.Iommu, Collector.Pci];

    public static int Run(ParseResult flags)
    {
        var file = Target(flags);
        RefuseNewer(file);
        var facts = new HostObserver(HostRoot.Open(flags), Needed.ToHashSet(), settings: null, HostRoot.Timeout).Observe().Facts;
        if (Fingerprint.Gap(facts) is { } gap)
        {
            IssueLog.Tell(facts, HostRoot.Log(flags));
            throw new CannotStartException($"nothing accepted: {gap}");
        }

        var baseline = Fingerprint.From(facts);
        if (flags.GetValue(Flags.BaselineFile) is null)
        {
            MakeDirectoryOf(file);
        }

        AtomicFile.WriteDurable(file, new MemoryStream(BaselineFile.Write(baseline)));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Accepted: {baseline.Functions.Length} PCI functions in {baseline.Groups.Length} IOMMU groups{With("kernel", baseline.Kernel)}{With("BIOS", baseline.Board.BiosVersion)}. Written to {file}."));
        return 0;
    }

    /// <exception cref="CannotStartException">It would lie in another host's files.</exception>
    private static string Target(ParseResult flags)
    {
        var root = flags.GetRequiredValue(Flags.RootFs);
        return flags.GetValue(Flags.BaselineFile)
            ?? (root == "/" ? $"/{BaselineFile.DefaultPath}" : throw new CannotStartException($"nothing is written below --path.rootfs={root}: say where with --baseline.file=FILE"));
    }

    /// <summary>What a newer program wrote may say more than this one could write again. Anything else that is no baseline is of no use to anybody.</summary>
    private static void RefuseNewer(string file)
    {
        try
        {
            if (LocalFile.KindOf(file) == LocalFileKind.Regular && BaselineFile.Parse(File.ReadAllBytes(file)).Trouble is { IsNewer: true } trouble)
            {
                throw new CannotStartException($"{file}: {trouble.Message}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{file}: {LocalFile.Message(e)}");
        }
    }

    private static void MakeDirectoryOf(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{file}: {LocalFile.Message(e)}");
        }
    }

    private static string With(string what, string? value) => value is null ? "" : $", {what} {value}";
}
