using System.Collections.Immutable;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Groups;

/// <summary>What is to be said of one group.</summary>
public sealed record GroupVerdict
{
    public required IommuGroup Group { get; init; }

    /// <summary>PCI functions in it, bridges included.</summary>
    public int? Devices => Group.Functions?.Length;

    /// <summary>Of these, endpoints; null while one of them can't be told from a bridge.</summary>
    public required int? Endpoints { get; init; }

    /// <summary>It holds a device that somebody may want to hand to a virtual machine.</summary>
    public required bool IsCandidate { get; init; }

    public Assignability Assignability { get; init; } = Assignability.Unresolved;

    /// <summary>Processes that hold the group or one of its devices open; null where one may that was not seen.</summary>
    public ImmutableArray<HolderVerdict>? Holders { get; init; }

    /// <summary>VFIO has a member, somebody claims one, or a process holds it: no other group has anything that could be opened.</summary>
    public bool CanBeHeld { get; init; }

    /// <summary>Of these, how many are known to be left over; null while that can't be told of one.</summary>
    public int? StaleHolders => Holders is not { } holders || holders.Any(holder => holder.IsStale is null) ? null : holders.Count(holder => holder.IsStale == true);

    /// <summary>Of the holders, programs that run no VM although a VM claims the group; those that the configuration allows aside.</summary>
    public ImmutableArray<HolderVerdict> Services { get; init; } = [];

    /// <summary>A VM claims a member.</summary>
    public bool IsClaimed { get; init; }

    /// <summary>How many <see cref="Services"/> there are; null where no VM claims the group, or where somebody may have it open who can't be seen.</summary>
    public int? ServiceHolders =>
        !IsClaimed || Holders is not { } holders ? null
        : Services.Length > 0 ? Services.Length
        : holders.Any(holder => holder.IsUnknown) ? null : 0;

    /// <summary>Nodes in <c>/dev/vfio</c> that open the group or its devices; empty where nothing is on VFIO or they can't be seen.</summary>
    public ImmutableArray<VfioNodeFacts> Nodes { get; init; } = [];

    /// <summary>All of <see cref="Nodes"/> are there; null where there are none to look for.</summary>
    public bool? NodePresent => Nodes.IsEmpty ? null : Nodes.All(node => node.IsPresent);

    /// <summary>Regions that make VFIO refuse the group (iommu_group_claim_dma_owner and the 1:1 check in drivers/iommu/iommu.c).</summary>
    public int? DirectRegions => Group.ReservedRegions?.Count(region => region.IsDirect);

    internal static GroupVerdict Assess(IommuGroup group, Dictionary<PciAddress, PciFunction>? functions, HashSet<PciAddress> candidates) => new()
    {
        Group = group,
        Endpoints = functions is null ? null : CountEndpoints(group, functions),
        IsCandidate = group.Functions?.Any(candidates.Contains) == true,
    };

    private static int? CountEndpoints(IommuGroup group, Dictionary<PciAddress, PciFunction> functions)
    {
        var members = group.Functions?.Select(address => functions.GetValueOrDefault(address)).ToList();
        return members is null || members.Any(member => member?.HeaderType is null) ? null : members.Count(member => member!.IsEndpoint);
    }
}
