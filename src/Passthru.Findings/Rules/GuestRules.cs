using Passthru.Findings.Guests;

namespace Passthru.Findings.Rules;

/// <summary>What the configuration of a virtual machine will run into.</summary>
internal static class GuestRules
{
    private static readonly FindingRule TakesCritical = new(
        "vm-start-takes-critical-device", Bucket.Isolation, Stage.VmConfiguration, "PassthruVmStartWouldTakeCriticalDevice",
        "Do not start the VM; move its device to a slot whose group holds nothing the host needs.");

    public static readonly Rule[] All =
    [
        new(TakesCritical, it => Each(it).Where(guest => guest is { StartTakesCritical.Length: > 0, Guest.IsTemplate: false }).Select(guest => new Finding
        {
            Rule = TakesCritical,
            Severity = Severity.Critical,
            Subject = $"VM {guest.Guest.Id}",
            Cause = $"Starting VM {guest.Guest.Id} would take from the host what it lives on: {Names.List(guest.StartTakesCritical!.Value)}.",
            Evidence =
            [
                $"{guest.Guest.File} {string.Join(", ", guest.Functions.Select(function => function.Slot).Distinct())}",
                .. from device in it.Report.Devices ?? []
                   where guest.StartTakesCritical.Value.Contains(device.Function.Address)
                   from use in device.Critical
                   select string.Join(" -> ", use.Chain),
            ],
            Functions = guest.StartTakesCritical.Value,
            Vms = [guest.Guest.Id],
        })),

        // A device that is missing has a finding of its own, whoever expects it.
        .. GuestChecks.Checks.Where(check => check.Id != "device_missing").Select(Configuration),
    ];

    private static Rule Configuration(GuestCheck check)
    {
        var rule = new FindingRule($"vm-{check.Id.Replace('_', '-')}", check.Bucket, Stage.VmConfiguration, check.Alert, check.Fix);
        return new(rule, it =>
            from guest in Each(it)
            from issue in guest.Issues
            where issue.IsPresent && issue.Check == check
            select new Finding
            {
                Rule = rule,
                Severity = check.Severity,
                Subject = $"VM {guest.Guest.Id}",
                Cause = check.Reason,
                Evidence = [$"{guest.Guest.File}: {string.Join(", ", issue.Subjects)}"],
                Functions = [.. guest.Functions.Where(function => issue.Subjects.Contains(function.Slot)).Select(function => function.Address)],
                Vms = [guest.Guest.Id],
            });
    }

    private static IEnumerable<GuestVerdict> Each(Judged it) => it.Report.Guests ?? [];
}
