using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;
using Passthru.Findings.Reports;

namespace Passthru.Findings.Impacts;

/// <summary>
/// Whom a kernel event concerns. A port reports errors of what is below it, a bridge to conventional PCI lends its address to what is
/// behind it, and an IOMMU often names the physical function where a virtual one is meant: an event belongs to all of these.
/// </summary>
public sealed class KernelEventScope
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly ImmutableArray<PciAddress> _claimed;
    private readonly ILookup<PciAddress, string> _vms;
    private readonly EndpointIndex _endpoints;

    public KernelEventScope(HostFacts facts, Report report)
    {
        _functions = (facts.Pci?.Functions ?? []).ToDictionary(function => function.Address);
        _claimed = [.. (report.Ownership.ExpectedDevices ?? []).Select(reservation => reservation.Address)];
        _vms = VmsByFunction.From(report);
        _endpoints = new EndpointIndex(facts.Pci);
    }

    /// <summary>Claimed functions with the ports and bridges above them, nearest first.</summary>
    public IEnumerable<(PciAddress Function, PciAddress Port)> Ports =>
        from function in _claimed
        from port in At(function)?.Path.Ancestors ?? []
        select (function, port);

    /// <summary>Claimed virtual functions with the physical function that they are of, or would be of were they there.</summary>
    public IEnumerable<(PciAddress Function, PciAddress Physical)> VirtualFunctions =>
        from function in _claimed
        let physical = At(function) is { } there ? there.PhysicalFunction : Values.VirtualFunctions.PhysicalFunctionOf(function, _endpoints)?.Address
        where physical is not null
        select (function, physical.Value);

    /// <summary>What is at an address; null: nothing.</summary>
    public PciFunction? At(PciAddress address) => _functions.GetValueOrDefault(address);

    /// <summary>The function itself is claimed.</summary>
    public bool IsClaimed(PciAddress address) => _claimed.Contains(address);

    /// <summary>Claimed functions below a port or bridge.</summary>
    public ImmutableArray<PciAddress> ClaimedBelow(PciAddress port) => [.. _claimed.Where(claimed => At(claimed)?.Path.Ancestors.Contains(port) == true)];

    /// <summary>Claimed virtual functions of a physical one.</summary>
    public ImmutableArray<PciAddress> ClaimedOf(PciAddress physical) => [.. _claimed.Where(claimed => At(claimed)?.PhysicalFunction == physical)];

    /// <summary>VMs that have the function or are to have it.</summary>
    public IEnumerable<string> VmsOf(PciAddress function) => _vms[function];
}
