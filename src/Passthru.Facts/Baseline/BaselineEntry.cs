using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Values;

namespace Passthru.Facts.Baseline;

/// <summary>What every version of the file has.</summary>
internal sealed record VersionEntry(long? Version);

/// <summary>The file as it stands.</summary>
internal sealed record BaselineEntry
{
    public int Version { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public string? Kernel { get; init; }

    public BoardFacts? Board { get; init; }

    public FunctionEntry?[]? Functions { get; init; }

    /// <summary>Members by address.</summary>
    public string?[]?[]? Groups { get; init; }

    public static BaselineEntry From(HardwareBaseline baseline) => new()
    {
        Version = BaselineFile.Version,
        AcceptedAt = baseline.AcceptedAt,
        Kernel = baseline.Kernel,
        Board = baseline.Board,
        Functions = [.. baseline.Functions.Select(FunctionEntry.From)],
        Groups = [.. baseline.Groups.Select(group => group.Select(member => member.ToString()).ToArray())],
    };

    /// <summary>Null unless all of it makes sense: a baseline of which a part is lost would tell of changes that are none.</summary>
    public HardwareBaseline? ToBaseline()
    {
        if (AcceptedAt is not { } acceptedAt || Functions is null || Groups is null)
        {
            return null;
        }

        var functions = Functions.Select(function => function?.ToFunction()).OfType<BaselineFunction>().ToImmutableArray();
        var groups = Groups.Select(group => ToGroup(group ?? [])).ToImmutableArray();
        var members = groups.SelectMany(group => group).ToList();
        var isWhole = functions.Length == Functions.Length
            && groups.Sum(group => group.Length) == Groups.Sum(group => group?.Length ?? 0)
            && functions.DistinctBy(function => function.Address).Count() == functions.Length
            && functions.DistinctBy(function => function.Place).Count() == functions.Length
            && members.Distinct().Count() == members.Count
            && functions.Select(function => function.Address).ToHashSet().IsSupersetOf(members);
        return isWhole
            ? new HardwareBaseline { AcceptedAt = acceptedAt, Kernel = Kernel, Board = Board ?? new BoardFacts(), Functions = functions, Groups = groups }
            : null;
    }

    private static EquatableArray<PciAddress> ToGroup(string?[] members)
    {
        var addresses = ImmutableArray.CreateBuilder<PciAddress>();
        foreach (var member in members)
        {
            if (PciAddress.TryParse(member, out var address))
            {
                addresses.Add(address);
            }
        }

        return addresses.DrainToImmutable();
    }
}

/// <summary>A function as it stands in the file.</summary>
internal sealed record FunctionEntry(string? Address, string? Place, string? Id, string? Subsystem, string? Name)
{
    public static FunctionEntry From(BaselineFunction function) =>
        new(function.Address.ToString(), function.Place, function.Id?.ToString(), function.Subsystem?.ToString(), function.Name);

    public BaselineFunction? ToFunction()
    {
        var subsystem = default(PciId);
        var id = default(PciId);
        return PciAddress.TryParse(Address, out var address)
            && !string.IsNullOrEmpty(Place)
            && (Id is null || PciId.TryParse(Id, out id))
            && (Subsystem is null || PciId.TryParse(Subsystem, out subsystem))
            ? new BaselineFunction(address, Place) { Id = Id is null ? null : id, Subsystem = Subsystem is null ? null : subsystem, Name = Name }
            : null;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VersionEntry))]
[JsonSerializable(typeof(BaselineEntry))]
internal sealed partial class BaselineJson : JsonSerializerContext;
