using System.Collections.Immutable;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Findings;

/// <summary>What handing a group to a virtual machine would mean; null is: can't be told.</summary>
public sealed record Handout
{
    /// <summary>Nothing is known.</summary>
    public static readonly Handout Untold = new() { Viability = new Viability(null, []), Critical = [] };

    public required Viability Viability { get; init; }

    /// <summary>What the host would lose, by function and reason.</summary>
    public required ImmutableArray<CriticalUse> Critical { get; init; }

    /// <summary>Functions the host lives on; null while one that is not known to be might be one.</summary>
    public int? CriticalDevices { get; init; }

    /// <summary>A function the host lives on shares the group with an endpoint that somebody may want to hand out.</summary>
    public bool? SharedCritical { get; init; }

    public GroupState? State { get; init; }

    /// <summary>The kind of the principal endpoint, that for which one would hand the group out.</summary>
    public DeviceKind Kind { get; init; } = DeviceKind.Other;

    internal static Handout Of(
        IommuGroup group, IReadOnlyDictionary<PciAddress, PciFunction>? functions, CriticalRule critical, KernelFacts? kernel)
    {
        if (group.Functions is not { } addresses || functions is null)
        {
            return Untold;
        }

        var members = addresses.Select(address => functions.GetValueOrDefault(address)).ToList();
        var known = members.OfType<PciFunction>().ToList();
        bool? someCritical = addresses.Any(address => critical.IsCritical(address) == true) ? true
            : addresses.All(address => critical.IsCritical(address) == false) ? false
            : null;
        var viability = Viability.Of(group, functions, kernel);
        return new Handout
        {
            Viability = viability,
            Critical = [.. addresses.Order().SelectMany(address => critical.Of(address))],
            CriticalDevices = addresses.Any(address => critical.IsCritical(address) is null)
                ? null
                : addresses.Count(address => critical.IsCritical(address) == true),
            SharedCritical = IsShared(known, members.Count == known.Count, critical),
            State = known.Count == members.Count ? StateOf(group, known, someCritical, viability) : null,
            Kind = known.Where(member => member.IsEndpoint).Select(member => member.Kind).DefaultIfEmpty(DeviceKind.Other).Min(),
        };
    }

    /// <summary>
    /// What somebody may want: a candidate that VFIO has already, or one that is not critical itself and no part of a critical
    /// graphics card, whose audio nobody hands out without it.
    /// </summary>
    private static bool? IsShared(List<PciFunction> members, bool allKnown, CriticalRule critical)
    {
        var displays = members.Where(member => member.Kind == DeviceKind.Gpu && critical.IsCritical(member.Address) == true).ToList();
        var wanted = members.Where(member => member is { IsEndpoint: true, Kind: not DeviceKind.Other }
            && (member.Driver?.IsVfio == true
                || (critical.IsCritical(member.Address) != true && !displays.Any(display => display.Address.SharesSlotWith(member.Address))))).ToList();
        bool Shares(PciFunction member) => wanted.Any(other => other.Address != member.Address);
        if (members.Any(member => critical.IsCritical(member.Address) == true && Shares(member)))
        {
            return true;
        }

        return allKnown && !members.Any(member => critical.IsCritical(member.Address) is null && Shares(member)) ? false : null;
    }

    /// <summary>
    /// The first that holds. Held: a VFIO function is enabled, which it is only while somebody has it open. Blocked through a
    /// sibling: VFIO has one endpoint already, and another driver keeps the group from being used.
    /// </summary>
    private static GroupState? StateOf(IommuGroup group, List<PciFunction> members, bool? critical, Viability viability)
    {
        var onVfio = members.Where(member => member.Driver?.IsVfio == true).ToList();
        if (onVfio.Any(member => member.EnableCount > 0))
        {
            return GroupState.InUse;
        }

        if (onVfio.Any(member => member.EnableCount is null))
        {
            return null;
        }

        var direct = group.ReservedRegions?.Any(region => region.IsDirect);
        var hindered = onVfio.Count == 0 ? false : !viability.IsViable;
        if (critical == true || direct == true || hindered == true)
        {
            return GroupState.Blocked;
        }

        return critical is null || direct is null || hindered is null ? null : IsFree(members) ? GroupState.Available : GroupState.Host;
    }

    private static bool IsFree(List<PciFunction> members) =>
        members.Where(member => member.IsEndpoint).All(member => member.Driver is null or { IsVfio: true } or { Name: "pci-stub" });
}

/// <summary>Where a group stands between the host and its virtual machines.</summary>
public enum GroupState
{
    /// <summary>The host lives on it, or VFIO would refuse it.</summary>
    Blocked,

    /// <summary>A virtual machine holds it.</summary>
    InUse,

    /// <summary>Claimed, and not held. Nothing that is read so far tells of claims.</summary>
    Reserved,

    /// <summary>Nobody has it.</summary>
    Available,

    /// <summary>A driver of the host has it, and could let go.</summary>
    Host,
}
