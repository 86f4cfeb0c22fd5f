using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Groups;

/// <summary>Works out what handing a group to a virtual machine would mean.</summary>
/// <param name="functions">By address; null where functions were not read.</param>
/// <param name="critical">What the host lives on.</param>
/// <param name="kernel">The running kernel.</param>
/// <param name="reserved">Functions that somebody claims for VFIO.</param>
/// <param name="parts">Functions of which VMs have a part.</param>
/// <param name="expectationsComplete">Every source of claims could be read: what is not reserved is free.</param>
internal sealed class AssignabilityAssessor(
    IReadOnlyDictionary<PciAddress, PciFunction>? functions,
    HostCriticalAssessor critical,
    KernelFacts? kernel,
    IReadOnlySet<PciAddress> reserved,
    PartsInUse parts,
    bool expectationsComplete)
{
    /// <param name="group">The group.</param>
    /// <param name="isHeld">A process is known to have it open.</param>
    public Assignability Judge(IommuGroup group, bool isHeld)
    {
        if (group.Functions is not { } addresses || functions is null)
        {
            return Assignability.Unresolved;
        }

        var members = addresses.Select(address => functions.GetValueOrDefault(address)).ToList();
        var known = members.OfType<PciFunction>().ToList();
        var answers = addresses.Select(critical.IsCritical).ToList();
        var viability = Viability.Assess(group, functions, kernel);
        return new Assignability
        {
            Viability = viability,
            Critical = [.. addresses.Order().SelectMany(address => critical.Of(address))],
            CriticalDevices = answers.Contains(null) ? null : answers.Count(answer => answer == true),
            SharedCritical = IsShared(known, members.Count == known.Count),
            State = known.Count == members.Count ? StateOf(group, known, viability, isHeld) : GroupState.Unknown,
            Kind = known.Where(member => member.IsEndpoint).Select(member => member.Kind).DefaultIfEmpty(DeviceKind.Other).Min(),
        };
    }

    /// <summary>
    /// What somebody wants or may want: what is claimed, a candidate that VFIO has already, or one that is not critical itself
    /// and no part of a critical graphics card, whose audio nobody hands out without it.
    /// </summary>
    private bool? IsShared(List<PciFunction> members, bool allKnown)
    {
        var displays = members.Where(member => member.Kind == DeviceKind.Gpu && critical.IsCritical(member.Address) == true).ToList();
        var wanted = members.Where(member => reserved.Contains(member.Address) || (member is { IsEndpoint: true, Kind: not DeviceKind.Other }
            && (member.Driver?.IsVfio == true
                || (critical.IsCritical(member.Address) != true && !displays.Any(display => display.Address.SharesSlotWith(member.Address)))))).ToList();
        bool Shares(PciFunction member) => wanted.Any(other => other.Address != member.Address);
        if (members.Any(member => critical.IsCritical(member.Address) == true && !IsExpectedAway(member) && Shares(member)))
        {
            return true;
        }

        var mayBeWanted = !ExpectationsComplete(members) && members.Count > 1 && members.Any(member => critical.IsCritical(member.Address) == true);
        return allKnown && !mayBeWanted && !members.Any(member => critical.IsCritical(member.Address) is null && Shares(member)) ? false : null;
    }

    /// <summary>A display or keyboard that somebody claims for a virtual machine is meant to go.</summary>
    private bool MayBeGivenAway(PciFunction member) => critical.IsConsole(member.Address);

    private bool IsExpectedAway(PciFunction member) => reserved.Contains(member.Address) && critical.IsConsole(member.Address);

    /// <summary>
    /// The first that holds. Held: a VFIO function is enabled, which it is only while somebody has it open. Blocked through a
    /// sibling: VFIO has one endpoint already, and another driver keeps the group from being used. Reserved: claimed, with
    /// whatever driver, since a manager may bind it at start.
    /// </summary>
    private GroupState StateOf(IommuGroup group, List<PciFunction> members, Viability viability, bool isHeld)
    {
        var onVfio = members.Where(member => member.Driver?.IsVfio == true).ToList();
        if (isHeld || onVfio.Any(member => member.EnableCount > 0) || members.Any(member => parts.PartsOf(member.Address).Any()))
        {
            return GroupState.InUse;
        }

        if (onVfio.Any(member => member.EnableCount is null))
        {
            return GroupState.Unknown;
        }

        var someCritical = Answers.Any(members.Select(member =>
            IsExpectedAway(member) ? false : MayBeGivenAway(member) && !ExpectationsComplete(members) ? null : critical.IsCritical(member.Address)));
        var direct = group.ReservedRegions?.Any(region => region.IsDirect);
        var hindered = onVfio.Count == 0 ? false : !viability.IsViable;
        if (someCritical == true || direct == true || hindered == true)
        {
            return GroupState.Blocked;
        }

        if (someCritical is null || direct is null || hindered is null)
        {
            return GroupState.Unknown;
        }

        return members.Any(member => reserved.Contains(member.Address)) ? GroupState.Reserved
            : !ExpectationsComplete(members) || members.Any(member => member.HeaderType is null && !IsLetGo(member)) ? GroupState.Unknown
            : IsFree(members) ? GroupState.Available
            : GroupState.Host;
    }

    private bool ExpectationsComplete(List<PciFunction> members) => expectationsComplete && members.All(member => member.TellsSlow("driver_override"));

    private static bool IsFree(List<PciFunction> members) =>
        members.Where(member => member.IsEndpoint).All(IsLetGo);

    private static bool IsLetGo(PciFunction member) => member.Driver is null or { IsVfio: true } or { Name: "pci-stub" };
}
