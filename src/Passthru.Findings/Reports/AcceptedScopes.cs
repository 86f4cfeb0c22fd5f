using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Reports;

/// <summary>What accepted findings are about on a host: an operator names a device, a slot or a VM, and alerts know devices, groups and VMs.</summary>
internal static class AcceptedScopes
{
    public static ImmutableArray<AcceptedScope> Resolve(ImmutableArray<Acceptance> acceptances, Report report) =>
        [.. acceptances.Select(acceptance => Resolve(acceptance, report))];

    private static AcceptedScope Resolve(Acceptance acceptance, Report report)
    {
        if (acceptance.Vm is { } vm)
        {
            var verdicts = (report.Vms ?? []).Where(verdict => verdict.Vm.Id == vm || verdict.Vm.Name == vm).ToList();
            return new AcceptedScope(
                acceptance,
                [.. verdicts.SelectMany(verdict => verdict.Functions).Select(function => function.Address).Distinct().Order()],
                [.. verdicts.Select(verdict => verdict.Vm.Id).DefaultIfEmpty(vm).Distinct()]);
        }

        ImmutableArray<PciAddress> functions = acceptance.IsOfHost ? [] : [.. Named(acceptance, report).Distinct().Order()];
        return new AcceptedScope(acceptance, functions,
            [.. (report.Vms ?? []).Where(verdict => verdict.Functions.Any(function => functions.Contains(function.Address))).Select(verdict => verdict.Vm.Id).Distinct()]);
    }

    /// <summary>A single address counts as it is written, whatever is there: a port, or a device that is gone.</summary>
    private static IEnumerable<PciAddress> Named(Acceptance acceptance, Report report)
    {
        var devices = (report.Devices ?? []).Select(device => device.Function);
        return acceptance.Address switch
        {
            { WholeSlot: false } one => [one.Address],
            { } slot => devices.Select(function => function.Address)
                .Concat((report.Ownership.ExpectedDevices ?? []).Select(expected => expected.Address)).Where(slot.Covers),
            null => devices.Where(function => function.Slot == acceptance.Slot).Select(function => function.Address),
        };
    }
}
