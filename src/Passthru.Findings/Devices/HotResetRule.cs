using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Devices;

/// <summary>
/// Whether VFIO can reset a function together with all that shares its bus or slot: vfio_pci_dev_set_resettable and
/// vfio_pci_dev_set_hot_reset in drivers/vfio/pci/vfio_pci_core.c. All of it must be on VFIO, and one user must have it.
/// </summary>
internal sealed class HotResetRule
{
    private readonly ResetDomains _domains;
    private readonly ResetQuirks _quirks;
    private readonly OwnershipVerdict _ownership;
    private readonly Dictionary<PciAddress, HashSet<string>> _vms;
    private readonly ILookup<string, string> _proxmoxVms;
    private readonly bool? _virtualFunctionsStandApart;

    /// <param name="domains">What a reset hits.</param>
    /// <param name="quirks">What devices can't do.</param>
    /// <param name="kernel">The running kernel.</param>
    /// <param name="ownership">Who is to have which function.</param>
    public HotResetRule(ResetDomains domains, ResetQuirks quirks, KernelFacts? kernel, OwnershipVerdict ownership)
    {
        _domains = domains;
        _quirks = quirks;
        _ownership = ownership;
        var reservations = ownership.Reservations ?? [];
        _vms = reservations.ToDictionary(one => one.Address, one => one.Claims.Select(claim => claim.Vm).OfType<string>().ToHashSet());
        _proxmoxVms = reservations.Where(one => one.Function?.Group is not null)
            .SelectMany(one => one.Claims.Where(claim => claim is { Manager.StartTakesWholeGroup: true, Vm: not null }).Select(claim => (one.Function!.Group, claim.Vm)))
            .ToLookup(pair => pair.Group!, pair => pair.Vm!);
        _virtualFunctionsStandApart = KernelRelease.Since(kernel?.Release, KernelRelease.WithVirtualFunctionsApart);
    }

    public bool? IsPossible(PciFunction function)
    {
        var hit = _domains.HitByHotReset(function);
        if (_domains.BridgeResets(function) == false || hit?.Any(other => !CanBeOnVfio(other)) == true || (hit is not null && !HaveOneUser(hit)))
        {
            return false;
        }

        return hit is null || hit.Any(other => other.HeaderType is null)
            ? null
            : Answers.All([_domains.BridgeResets(function), .. hit.Select(_quirks.HasBusReset), .. hit.Select(IsInSet)]);
    }

    /// <summary>It is on VFIO, or would be when the virtual machine starts that claims it. Proxmox binds the whole group.</summary>
    private bool CanBeOnVfio(PciFunction function) =>
        function.HeaderType is null or 0 && (function.Driver?.IsVfio == true || _vms.ContainsKey(function.Address) || IsTakenAlong(function));

    private bool IsTakenAlong(PciFunction function) => function.Group is { } group && _proxmoxVms[group].Any();

    /// <summary>Since Linux 6.17, a virtual function is in no set with others, so that VFIO finds a stranger on the bus and gives up.</summary>
    private bool? IsInSet(PciFunction function) => function.IsVirtual ? !_virtualFunctionsStandApart : true;

    /// <summary>Every function may go to one and the same virtual machine, and no two processes hold them.</summary>
    private bool HaveOneUser(IReadOnlyCollection<PciFunction> functions)
    {
        HashSet<string>? common = null;
        foreach (var vms in functions.Select(VmsOf).Where(vms => vms.Count > 0))
        {
            common = common is null ? [.. vms] : [.. common.Intersect(vms)];
        }

        var groups = functions.Select(function => function.Group).OfType<string>().ToHashSet();
        var holders = _ownership.Holders.Where(holder => holder.Groups.Any(groups.Contains)).Select(holder => holder.Holder.Pid).Distinct();
        return common is null or { Count: > 0 } && !holders.Skip(1).Any();
    }

    private HashSet<string> VmsOf(PciFunction function) =>
        _vms.GetValueOrDefault(function.Address) is { Count: > 0 } own ? own : function.Group is { } group ? [.. _proxmoxVms[group]] : [];
}
