using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Devices;

/// <summary>
/// Whether VFIO can reset a function together with all that shares its bus or slot: vfio_pci_dev_set_resettable and
/// vfio_pci_dev_set_hot_reset in drivers/vfio/pci/vfio_pci_core.c. All of it must be on VFIO, and one user must have it.
/// </summary>
internal sealed class HotResetAssessor
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
    public HotResetAssessor(ResetDomains domains, ResetQuirks quirks, KernelFacts? kernel, OwnershipVerdict ownership)
    {
        _domains = domains;
        _quirks = quirks;
        _ownership = ownership;
        var reservations = ownership.ExpectedDevices ?? [];
        _vms = reservations.ToDictionary(one => one.Address, one => one.Expectations.Select(claim => claim.Vm).OfType<string>().ToHashSet());
        _proxmoxVms = reservations.Where(one => one.Function?.Group is not null)
            .SelectMany(one => one.Expectations.Where(claim => claim is { Manager.StartTakesWholeGroup: true, Vm: not null }).Select(claim => (one.Function!.Group, claim.Vm)))
            .ToLookup(pair => pair.Group!, pair => pair.Vm!);
        _virtualFunctionsStandApart = KernelRelease.Since(kernel?.Release, KernelRelease.WithVirtualFunctionsApart);
    }

    public bool? IsPossible(PciFunction function)
    {
        var hit = _domains.HitByHotReset(function);
        if (hit is null)
        {
            return _domains.BridgeResets(function) == false ? false : null;
        }

        return Answers.All([_domains.BridgeResets(function), HaveOneUser(hit), .. hit.Select(CanBeOnVfio), .. hit.Select(_quirks.HasBusReset), .. hit.Select(IsInSet)]);
    }

    /// <summary>
    /// It is on VFIO, or would be when the virtual machine starts that claims it. Proxmox binds the whole group. Null where a claim
    /// that could not be read may be for it.
    /// </summary>
    private bool? CanBeOnVfio(PciFunction function) =>
        function.HeaderType is not (null or 0) ? false
        : function.Driver?.IsVfio == true || _vms.ContainsKey(function.Address) || IsTakenAlong(function) ? (function.HeaderType is null ? null : true)
        : _ownership.Unresolved.IsEmpty && function.TellsSlow("driver_override") ? false : null;

    private bool IsTakenAlong(PciFunction function) => function.Group is { } group && _proxmoxVms[group].Any();

    /// <summary>Since Linux 6.17, a virtual function is in no set with others, so that VFIO finds a stranger on the bus and gives up.</summary>
    private bool? IsInSet(PciFunction function) => function.IsVirtual ? !_virtualFunctionsStandApart : true;

    /// <summary>
    /// Every function may go to one and the same virtual machine, and no two processes hold them. VMs that could not be read may
    /// share functions that those read do not, or take one that none of those read takes.
    /// </summary>
    private bool? HaveOneUser(IReadOnlyCollection<PciFunction> functions)
    {
        var groups = functions.Select(function => function.Group).OfType<string>().ToHashSet();
        var holders = _ownership.Holders.Where(holder => holder.Groups.Any(groups.Contains)).Select(holder => holder.Holder.Pid).Distinct();
        return holders.Skip(1).Any() ? false : HaveOneVm([.. functions.Select(VmsOf)]);
    }

    private bool? HaveOneVm(IReadOnlyList<HashSet<string>> vms)
    {
        var claimed = vms.Where(of => of.Count > 0).ToList();
        var isShared = claimed.Count == 0 || claimed.Skip(1).Aggregate(claimed[0].AsEnumerable(), (common, of) => common.Intersect(of)).Any();
        return !_ownership.Unresolved.Contains(ExpectationSource.Vm) || (isShared && claimed.Count == vms.Count) ? isShared : null;
    }

    private HashSet<string> VmsOf(PciFunction function) =>
        _vms.GetValueOrDefault(function.Address) is { Count: > 0 } own ? own : function.Group is { } group ? [.. _proxmoxVms[group]] : [];
}
