using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Baseline;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Findings.Values;

namespace Passthru.Findings.Drift;

/// <summary>
/// What of a host stays the same from boot to boot as long as nobody changes hardware, firmware or kernel. Virtual functions are
/// left out: an administrator makes and unmakes them at will, and where they end up follows from their physical function.
/// </summary>
public static class Fingerprint
{
    /// <summary>Why what was read will not do as a baseline; null: it will.</summary>
    public static string? Gap(HostFacts facts) => facts switch
    {
        { Pci: null } => "the PCI functions could not be listed",
        { Pci.Unseen: [var unseen, ..] } => $"{unseen} could not be looked at",
        { Iommu: null or { Groups: null } } => "the IOMMU groups could not be listed",
        _ => facts.Iommu.Groups.Value.FirstOrDefault(group => group.Functions is null) is { } unread
            ? $"the members of IOMMU group {unread.Name} could not be listed"
            : null,
    };

    /// <summary>All that is known, in an order that does not depend on how it was read.</summary>
    public static HardwareBaseline From(HostFacts facts)
    {
        var functions = Lasting(facts.Pci).ToList();
        var addresses = functions.Select(function => function.Address).ToHashSet();
        var groups = from unread in facts.Iommu?.Groups ?? []
                     let members = (unread.Functions ?? []).Where(addresses.Contains).Order().ToImmutableArray()
                     where members.Length > 0
                     orderby members[0]
                     select members;
        return new HardwareBaseline
        {
            AcceptedAt = DateTimeOffset.FromUnixTimeSeconds(facts.TakenAt.ToUnixTimeSeconds()),
            Kernel = facts.Kernel?.Release,
            Board = facts.Platform?.Board ?? new BoardFacts(),
            Functions = [.. functions.Select(From)],
            Groups = [.. groups],
        };
    }

    /// <summary>By address; no two of them have the same place.</summary>
    internal static IEnumerable<PciFunction> Lasting(PciFacts? pci) =>
        (pci?.Functions ?? []).Where(function => !function.IsVirtual).OrderBy(function => function.Address).DistinctBy(function => function.Path.Place);

    private static BaselineFunction From(PciFunction function) => new(function.Address, function.Path.Place)
    {
        Id = function.Id,
        Subsystem = function.Subsystem,
        Name = Names.Model(function),
    };
}
