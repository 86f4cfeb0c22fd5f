using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Devices;
using Passthru.Findings.Groups;
using Passthru.Findings.Impacts;
using Passthru.Findings.Ownership;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Topology;

/// <summary>What is asked of facts and report again and again while the wiring is drawn.</summary>
internal sealed class TopologyIndex
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<PciAddress, DeviceVerdict> _devices;
    private readonly Dictionary<PciAddress, ExpectedDevice> _reservations;
    private readonly Dictionary<string, GroupVerdict> _groups;
    private readonly ILookup<PciAddress, string> _vms;

    public TopologyIndex(HostFacts facts, Report report)
    {
        Facts = facts;
        Report = report;
        FailureDomain = new FailureDomain(facts, report);
        _functions = (facts.Pci?.Functions ?? []).ToDictionary(function => function.Address);
        _devices = (report.Devices ?? []).ToDictionary(device => device.Function.Address);
        _reservations = (report.Ownership.ExpectedDevices ?? []).ToDictionary(reservation => reservation.Address);
        _groups = (report.Groups ?? []).ToDictionary(group => group.Group.Name);
        _vms = VmsByFunction.From(report);
    }

    public HostFacts Facts { get; }

    public Report Report { get; }

    public FailureDomain FailureDomain { get; }

    public PciFunction? Function(PciAddress address) => _functions.GetValueOrDefault(address);

    public DeviceVerdict? Device(PciAddress address) => _devices.GetValueOrDefault(address);

    public ExpectedDevice? ExpectedDevice(PciAddress address) => _reservations.GetValueOrDefault(address);

    public GroupVerdict? Group(string? name) => name is null ? null : _groups.GetValueOrDefault(name);

    /// <summary>Machines that have one of the functions or are to have it, in the order that people count.</summary>
    public ImmutableArray<string> VmsOf(params IEnumerable<PciAddress> functions) =>
        [.. functions.SelectMany(function => _vms[function]).Distinct().Order(NaturalOrder.Comparer)];
}
