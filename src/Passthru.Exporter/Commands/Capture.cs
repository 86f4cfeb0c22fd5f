using System.CommandLine;
using System.IO.Compression;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading;

namespace Passthru.Exporter.Commands;

/// <summary><c>capture FILE.tar.gz</c>: the same read as any other, written down.</summary>
internal static class Capture
{
    public static readonly Argument<string> Target = new("FILE.tar.gz") { Description = "The file to write; it is redacted, see the README." };

    private static string Contents(bool hidesNames) =>
        "In it: PCI config space, kernel parameters, mount points, interfaces with addresses and routes, and what is read of VMs."
        + $" VM names are {(hidesNames ? "replaced" : "in it; --redact.vm-names replaces them")}. Look at it before you pass it on.";

    public static int Run(ParseResult flags)
    {
        var file = flags.GetRequiredValue(Target);
        if (LocalFile.KindOf(file, followLink: false) != LocalFileKind.Absent)
        {
            throw new CannotStartException($"{file}: is there already; give another name");
        }

        var tree = HostRoot.Open(flags);
        var recording = new RecordingTree(tree);
        var units = HostRoot.Units(flags, tree) is { } source ? new RecordingUnits(source) : null;
        var settingsFile = flags.GetValue(Flags.ConfigFile);
        var observer = new HostObserver(recording, Collectors.All.ToHashSet(), new SettingsSource(recording, settingsFile), HostRoot.Timeout, units);
        var (facts, report) = observer.Observe();
        IssueLog.Tell(facts, HostRoot.Log(flags));
        var hidesNames = flags.GetValue(Flags.RedactVmNames);
        var redact = new Redact(facts, hidesNames ? new Pseudonyms() : null);
        using var tar = new MemoryStream();
        using (var gzip = new GZipStream(tar, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            (string Name, byte[]? Content)[] beside =
            [
                (ReportDocument.FileName, ReportDocument.Json(report)),
                (RecordedUnits.FileName, units?.Written(withVms: !hidesNames)),
                (SettingsSource.DefaultFile, settingsFile is null ? null : redact.Content(SettingsSource.DefaultFile, File.ReadAllBytes(settingsFile))),
            ];
            recording.WriteTo(gzip, Build.Version, redact, [.. from one in beside where one.Content is not null select (one.Name, one.Content!)]);
        }

        AtomicFile.WritePrivate(file, tar);
        Console.Error.WriteLine($"{Build.ProgramName}: wrote {file}, {(tar.Length + 1023) / 1024} kB, readable by its owner alone. {Contents(hidesNames)}");
        return 0;
    }
}
