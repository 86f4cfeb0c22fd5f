using System.Text.Json;
using Passthru.Facts.Values;

namespace Passthru.Facts.Baseline;

/// <summary>The state file: the one format that this program both writes and reads.</summary>
public static class BaselineFile
{
    /// <summary>Below the root.</summary>
    public const string DefaultPath = "var/lib/passthru-exporter/baseline.json";

    /// <summary>Raised when an older program would misread what a newer one writes; keys may be added without.</summary>
    public const int Version = 1;

    /// <summary>A host of a thousand functions takes 200 KB.</summary>
    public const int Largest = 16 * 1024 * 1024;

    /// <summary>Never throws, whatever the bytes.</summary>
    public static (HardwareBaseline? Baseline, BaselineTrouble? Trouble) Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            // The version comes first and alone: nothing is known of what else a newer format holds.
            return JsonSerializer.Deserialize(json, BaselineJson.Default.VersionEntry) switch
            {
                { Version: > Version } newer => (null, BaselineTrouble.Newer(newer.Version.Value)),
                { Version: Version } => Deserialize(json) is { } baseline ? (baseline, null) : (null, BaselineTrouble.NotUnderstood),
                _ => (null, BaselineTrouble.NotUnderstood),
            };
        }
        catch (JsonException)
        {
            return (null, BaselineTrouble.NotUnderstood);
        }
    }

    public static byte[] Write(HardwareBaseline baseline) =>
        [.. IndentedJson.Serialize(BaselineEntry.From(baseline), BaselineJson.Default.BaselineEntry), (byte)'\n'];

    private static HardwareBaseline? Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, BaselineJson.Default.BaselineEntry)?.ToBaseline();
}

/// <summary>Why a state file can't be used.</summary>
/// <param name="Message">To be said after the name of the file.</param>
/// <param name="IsNewer">A newer program wrote it: it is in order, and not to be overwritten by this one.</param>
public sealed record BaselineTrouble(string Message, bool IsNewer)
{
    internal static readonly BaselineTrouble NotUnderstood = new("not a topology baseline, or damaged", false);

    internal static BaselineTrouble Newer(long version) =>
        new($"is of version {version}, from a newer passthru-exporter; this one knows version {BaselineFile.Version}", true);
}
