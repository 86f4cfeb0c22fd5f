using System.Collections.Immutable;
using Passthru.Findings.Guests;

namespace Passthru.Findings.Rules;

/// <summary>What the configuration of a VM will run into at its next start.</summary>
internal static class GuestRules
{
    private static readonly FindingRule TakesCritical = new(
        "vm-start-takes-critical-device", Bucket.Isolation, Stage.VmConfiguration, "PassthruVmStartWouldTakeCriticalDevice",
        "Do not start the VM; move its device to a slot whose group holds nothing the host needs.");

    private static readonly FindingRule Shared = new(
        "vm-device-shared-by-turns", Bucket.Ownership, Stage.VmConfiguration, "",
        "Nothing to do while they run by turns; let at most one of them start with the host.");

    public static readonly Rule[] All =
    [
        new(TakesCritical, it => Each(it).Where(guest => guest is { StartTakesCritical.Length: > 0, Guest.IsTemplate: false }).Select(guest => TakenCritical(it, guest))),
        new(Shared, it => Each(it).SelectMany(guest => guest.SharedByTurns.Select(shared => (Guest: guest, Shared: shared)))
            .GroupBy(one => one.Shared.Address with { Function = 0 })
            .Select(card => SharedCard([.. card]))),

        // A device that is missing has a finding of its own, whoever expects it.
        .. GuestChecks.Checks.Where(check => check.Id != "device_missing").Select(Configuration),
    ];

    private static Finding TakenCritical(Judged it, GuestVerdict guest) => new()
    {
        Rule = TakesCritical,
        Severity = StartSeverity.Of(guest, it.Report),
        Subject = $"VM {guest.Guest.Id}",
        Cause = $"Starting VM {guest.Guest.Id} would take from the host what it lives on: {Names.List(guest.StartTakesCritical!.Value)}.",
        Evidence =
        [
            $"{guest.Guest.File} {string.Join(", ", guest.Functions.Select(function => function.Slot).Distinct())}",
            .. from device in it.Report.Devices ?? []
               where guest.StartTakesCritical.Value.Contains(device.Function.Address)
               from line in OthersUse(device, guest.Guest.Id)
               select line,
        ],
        Functions = guest.StartTakesCritical.Value,
        Vms = [guest.Guest.Id],
    };

    /// <summary>What somebody else than the VM uses the device for, and which parts of it.</summary>
    private static IEnumerable<string> OthersUse(DeviceVerdict device, string vm) =>
        device.Users.Where(use => use.Vm != vm).DistinctBy(use => use.Reason).Select(use => string.Join(" -> ", use.Chain))
            .Concat(device.Parts.Where(part => part.Vm != vm).Select(part => $"{part.Part}, a part of {device.Function.Address}, is in use by VM {part.Vm ?? "?"}"));

    /// <summary>One for a card, whoever shares whichever of its functions.</summary>
    private static Finding SharedCard(ImmutableArray<(GuestVerdict Guest, SharedFunction Shared)> users)
    {
        ImmutableArray<string> vms = [.. users.SelectMany(user => user.Shared.Vms.Append(user.Guest.Guest.Id)).Distinct().Order(CountingOrder.Comparer)];
        var first = users.Min(user => user.Shared.Address);
        return new()
        {
            Rule = Shared,
            Severity = Severity.Info,
            Subject = first.ToString(),
            Cause = $"VMs {Names.And(vms)} share {first} or its IOMMU group by turns: one of them can run at a time.",
            Evidence = [.. users.Select(user => user.Guest.Guest.File).Distinct()],
            Functions = [.. users.Select(user => user.Shared.Address).Distinct().Order()],
            Vms = vms,
        };
    }

    private static Rule Configuration(GuestCheck check)
    {
        var rule = new FindingRule($"vm-{check.Id.Replace('_', '-')}", check.Bucket, Stage.VmConfiguration, check.Alert, check.Fix);
        return new(rule, it =>
            from guest in Each(it)
            from issue in guest.Issues
            where issue.IsPresent && issue.Check == check
            select new Finding
            {
                Rule = rule with { Alert = check.AlertFor(guest.Guest) },
                Severity = check.Severity,
                Subject = $"VM {guest.Guest.Id}",
                Cause = check.Reason,
                Evidence = [.. issue.Troubles.Select(trouble => $"{guest.Guest.File}: {trouble}")],
                Functions = [.. guest.Functions.Where(function => issue.Subjects.Contains(function.Slot)).Select(function => function.Address)],
                Vms = [guest.Guest.Id],
            });
    }

    private static IEnumerable<GuestVerdict> Each(Judged it) => it.Report.Guests ?? [];
}
