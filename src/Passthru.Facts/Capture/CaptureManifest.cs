using System.Text.Json;
using System.Text.Json.Serialization;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Capture;

/// <summary>What a capture says beside its files: all that a directory tree can't hold. It lies at the top of the capture.</summary>
public sealed record CaptureManifest
{
    public const string FileName = "passthru-capture.json";

    /// <summary>Raised when an older program could not read a newer capture rightly.</summary>
    public const int CurrentFormat = 1;

    private const int LargestManifest = 64 * 1024 * 1024;

    public required int Format { get; init; }

    /// <summary>Version of the program that took it.</summary>
    public required string Version { get; init; }

    /// <summary>Directories that were listed, and all that was in them, read or not.</summary>
    public required SortedDictionary<string, string[]> Listings { get; init; }

    /// <summary>Files that are there and were not read.</summary>
    public required SortedSet<string> Unread { get; init; }

    /// <summary>Paths that were asked for and were not there.</summary>
    public required SortedSet<string> Absent { get; init; }

    /// <summary>Paths that the kernel refused, with its error number.</summary>
    public required SortedDictionary<string, int> Refused { get; init; }

    /// <summary>When files were last changed, in seconds since 1970, where somebody asked.</summary>
    public SortedDictionary<string, long> Modified { get; init; } = [];

    /// <summary>Kind, permissions and device number of files, where somebody asked; null in a capture from before.</summary>
    public SortedDictionary<string, FileNode>? Nodes { get; init; }

    /// <summary>The manifest at the top of a tree; null where there is none and the tree speaks for itself.</summary>
    /// <exception cref="InvalidDataException">There is one that is not understood.</exception>
    internal static CaptureManifest? In(IFileTree files)
    {
        var door = new HostReader(files, ReadAttempt.Unlimited);
        if (door.Bytes(FileName, LargestManifest) is not { } bytes)
        {
            return null;
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(bytes, ManifestJson.Default.CaptureManifest);
            return manifest?.Format == CurrentFormat
                ? manifest
                : throw new InvalidDataException($"{FileName}: format {manifest?.Format}, this program reads {CurrentFormat}");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{FileName}: no JSON of this program in line {(e.LineNumber ?? 0) + 1}", e);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.CaptureManifest);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CaptureManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
