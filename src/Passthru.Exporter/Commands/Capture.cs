using System.CommandLine;
using System.IO.Compression;
using Passthru.Exporter.Configuration;
using Passthru.Facts.Files;
using Passthru.Facts.Redacting;
using Passthru.Facts.Systemd;

namespace Passthru.Exporter.Commands;

/// <summary><c>capture FILE.tar.gz</c>: the same read as any other, written down.</summary>
internal static class Capture
{
    public static readonly Argument<string> Target = new("FILE.tar.gz") { Description = "The file to write; it is redacted, see the README." };

    public static int Run(ParseResult flags)
    {
        var tree = HostRoot.Open(flags);
        var recording = new RecordingFiles(tree);
        var units = HostRoot.Units(flags, tree) is { } source ? new RecordingUnits(source) : null;
        var settingsFile = flags.GetValue(Flags.ConfigFile);
        var observer = new HostObserver(recording, Collectors.All.ToHashSet(), new SettingsSource(recording, settingsFile), HostRoot.Timeout, units);
        var (facts, report) = observer.Observe();
        IssueLog.Tell(facts, HostRoot.Log(flags));
        var hidesNames = flags.GetValue(Flags.RedactVmNames);
        var redact = new Redact(facts, hidesNames ? new NewNames() : null);
        using var tar = new MemoryStream();
        using (var gzip = new GZipStream(tar, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            (string Name, byte[]? Content)[] beside =
            [
                (ReportDocument.FileName, ReportDocument.Json(report)),
                (RecordedUnits.FileName, units?.Written(withMachines: !hidesNames)),
                (SettingsSource.DefaultFile, settingsFile is null ? null : redact.Content(SettingsSource.DefaultFile, File.ReadAllBytes(settingsFile))),
            ];
            recording.WriteTo(gzip, Build.Version, redact, [.. from file in beside where file.Content is not null select (file.Name, file.Content!)]);
        }

        WholeFile.WritePrivate(flags.GetRequiredValue(Target), tar);
        return 0;
    }
}
