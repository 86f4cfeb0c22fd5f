using System.CommandLine;
using System.IO.Compression;
using Passthru.Facts.Files;

namespace Passthru.Exporter.Commands;

/// <summary><c>capture FILE.tar.gz</c>: the same read as any other, written down.</summary>
internal static class Capture
{
    public static readonly Argument<string> File = new("FILE.tar.gz") { Description = "The file to write; it is redacted, see the README." };

    public static int Run(ParseResult flags)
    {
        var recording = new RecordingFiles(HostRoot.Open(flags), Redact.Content);
        var observer = new HostObserver(recording, Collectors.All.ToHashSet(), PrintMetrics.Timeout);
        var (facts, report) = observer.Observe();
        IssueLog.Tell(facts, HostRoot.Log(flags));
        using var tar = new MemoryStream();
        using (var gzip = new GZipStream(tar, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            recording.WriteTo(gzip, Build.Version, (ReportDocument.FileName, ReportDocument.Json(report)));
        }

        WholeFile.Write(flags.GetRequiredValue(File), tar);
        return 0;
    }
}
