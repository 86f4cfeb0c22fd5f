using System.Text.Json.Serialization;
using Passthru.Exporter.Metrics;
using Passthru.Facts.Values;
using Passthru.Findings.Drift;

namespace Passthru.Exporter.Commands;

/// <summary>A comparison for a program. Fields may be added; none goes or changes its meaning without a new <see cref="Version"/>.</summary>
internal sealed record DriftJson
{
    public required int Version { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Sorts of change that could be looked for.</summary>
    public required string[] Compared { get; init; }

    public required ChangeEntry[] Changes { get; init; }

    public static string Render(DriftReport drift) => IndentedJson.Text(From(drift), DriftJsonContext.Default.DriftJson);

    private static DriftJson From(DriftReport drift) => new()
    {
        Version = 1,
        AcceptedAt = drift.AcceptedAt,
        Compared = [.. drift.Compared.Select(BaselineFamilies.Label)],
        Changes =
        [
            .. drift.Changes.Select(change => new ChangeEntry(
                BaselineFamilies.Label(change.Kind), change.Subject, change.Sentence, [.. change.Functions.Select(function => function.ToString())])),
        ],
    };

    internal sealed record ChangeEntry(string Change, string Subject, string Sentence, string[] Devices);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DriftJson))]
internal sealed partial class DriftJsonContext : JsonSerializerContext;
