using System.Collections.Immutable;
using Passthru.Findings.Devices;
using Passthru.Findings.NextStart;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>What the configuration of a VM will run into at its next start.</summary>
internal static class VmRules
{
    private static readonly FindingKind TakesCritical = new(
        "vm-start-takes-critical-device", Bucket.Isolation, Stage.VmConfiguration, "PassthruVmStartWouldTakeCriticalDevice",
        "Do not start the VM; move its device to a slot whose group holds nothing the host needs.");

    private static readonly FindingKind Shared = new(
        "vm-device-shared-by-turns", Bucket.Ownership, Stage.VmConfiguration, "",
        "Nothing to do while they run by turns; let at most one of them start with the host.");

    public static readonly Rule[] All =
    [
        new(TakesCritical, input => Each(input).Where(vm => vm is { StartTakesCritical.Length: > 0, Vm.IsTemplate: false }).Select(vm => TakenCritical(input, vm))),
        new(Shared, input => Each(input).SelectMany(vm => vm.SharedByTurns.Select(shared => (Vm: vm, Shared: shared)))
            .GroupBy(one => one.Shared.Address with { Function = 0 })
            .Select(card => SharedCard([.. card]))),

        // A device that is missing has a finding of its own, whoever expects it.
        .. VmChecks.Checks.Where(check => check.Id != "device_missing").Select(Configuration),
    ];

    private static Finding TakenCritical(RuleInput input, VmVerdict vm) => new()
    {
        Rule = TakesCritical,
        Severity = StartSeverity.For(vm, input.Report),
        Subject = $"VM {vm.Vm.Id}",
        Cause = $"Starting VM {vm.Vm.Id} would take host-critical devices away: {Names.List(vm.StartTakesCritical!.Value)}.",
        Evidence =
        [
            $"{vm.Vm.File} {string.Join(", ", vm.Functions.Select(function => function.Slot).Distinct())}",
            .. from device in input.Report.Devices ?? []
               where vm.StartTakesCritical.Value.Contains(device.Function.Address)
               from line in OthersUse(device, vm.Vm.Id)
               select line,
        ],
        Functions = vm.StartTakesCritical.Value,
        Vms = [vm.Vm.Id],
    };

    /// <summary>What somebody else than the VM uses the device for, and which parts of it.</summary>
    private static IEnumerable<string> OthersUse(DeviceVerdict device, string vm) =>
        device.Users.Where(use => use.Vm != vm).DistinctBy(use => use.Reason).Select(use => string.Join(" -> ", use.Chain))
            .Concat(device.Parts.Where(part => part.Vm != vm).Select(part => $"{part.Part}, a part of {device.Function.Address}, is in use by VM {part.Vm ?? "?"}"));

    /// <summary>One for a card, whoever shares whichever of its functions.</summary>
    private static Finding SharedCard(ImmutableArray<(VmVerdict Vm, SharedFunction Shared)> users)
    {
        ImmutableArray<string> vms = [.. users.SelectMany(user => user.Shared.Vms.Append(user.Vm.Vm.Id)).Distinct().Order(NaturalOrder.Comparer)];
        var first = users.Min(user => user.Shared.Address);
        return new()
        {
            Rule = Shared,
            Severity = Severity.Info,
            Subject = first.ToString(),
            Cause = $"VMs {Names.And(vms)} share {first} or its IOMMU group by turns: one of them can run at a time.",
            Evidence = [.. users.Select(user => user.Vm.Vm.File).Distinct()],
            Functions = [.. users.Select(user => user.Shared.Address).Distinct().Order()],
            Vms = vms,
        };
    }

    private static Rule Configuration(VmCheck check)
    {
        var rule = new FindingKind($"vm-{check.Id.Replace('_', '-')}", check.Bucket, Stage.VmConfiguration, check.Alert, check.Fix);
        return new(rule, input =>
            from vm in Each(input)
            from issue in vm.Issues
            where issue.IsPresent && issue.Check == check
            select new Finding
            {
                Rule = rule with { Alert = check.AlertFor(vm.Vm) },
                Severity = check.Severity,
                Subject = $"VM {vm.Vm.Id}",
                Cause = check.Reason,
                Evidence = [.. issue.Troubles.Select(trouble => $"{vm.Vm.File}: {trouble}")],
                Functions = [.. vm.Functions.Where(function => issue.Subjects.Contains(function.Slot)).Select(function => function.Address)],
                Vms = [vm.Vm.Id],
            });
    }

    private static IEnumerable<VmVerdict> Each(RuleInput input) => input.Report.Vms ?? [];
}
