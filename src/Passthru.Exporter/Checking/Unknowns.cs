using System.Collections.Immutable;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Findings.NextStart;
using Passthru.Findings.Reports;

namespace Passthru.Exporter.Checking;

/// <summary>What is not known of the devices that a VM takes, each in one line: whether the host, a guest or a service needs it.</summary>
internal static class Unknowns
{
    public static ImmutableArray<string> For(Report report, VmVerdict vm)
    {
        var taken = (vm.StartTakes ?? []).ToHashSet();
        return
        [
            .. from device in report.Devices ?? []
               where taken.Contains(device.Function.Address)
               from use in device.MayCarry
               select $"unknown whether {device.Function.Address}, which VM {vm.Vm.Id} takes, {Does(use)}: {string.Join(" → ", use.Chain)}: {use.Why}",
        ];
    }

    private static string Does(UnresolvedDependency use) => use.Kind switch
    {
        HostDependencyKind.DefaultRoute => "is the way out",
        HostDependencyKind.Address => "has an address of the host",
        HostDependencyKind.GuestNetwork => "is the way out of a guest",
        _ => "carries a disk in use",
    };
}
