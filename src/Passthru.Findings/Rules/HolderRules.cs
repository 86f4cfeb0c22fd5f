using Passthru.Findings.Groups;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>Who has a group open, and how it can be opened.</summary>
internal static class HolderRules
{
    private static readonly FindingKind Stale = new(
        "group-stale-holder", Bucket.Ownership, Stage.Owner, "PassthruGroupStaleHolder",
        "Make sure that no VM runs in the process, then end it; the group is free once it has gone.");

    private static readonly FindingKind Service = new(
        "group-held-by-service", Bucket.Ownership, Stage.Owner, "PassthruGroupHeldByService",
        "Stop the program before the VM starts, or give one of them another device. If both are meant, list the program as holders: in config.yml.");

    private static readonly FindingKind NodeMissing = new(
        "group-node-missing", Bucket.Ownership, Stage.Owner, "PassthruGroupNodeMissing",
        "Let udev make it: udevadm trigger --action=add --subsystem-match=vfio; in a container, pass the host's /dev/vfio in.");

    private static readonly FindingKind NodeOpen = new(
        "group-node-open-to-others", Bucket.Isolation, Stage.Owner, "",
        "Remove the udev rule that sets the mode, and give the node to one group: chown root:kvm and chmod 0660 on it.");

    public static readonly Rule[] All =
    [
        new(Stale, input => Held(input).SelectMany(group => group.Holders ?? []).Where(holder => holder.IsStale == true).DistinctBy(holder => holder.Holder.Pid)
            .Select(holder => Of(holder, input, Stale, Severity.Critical,
                $"Process {holder.Holder.Pid} ({holder.Called}) still has {Groups(holder)} open, and {holder.Platform!.Title} has no running VM {holder.VmName} in it: a VM that needs the group gets \"Device or resource busy\"."))),
        new(Service, input => Held(input).SelectMany(group => group.Services.Select(holder => Of(holder, input, Service, Severity.Warning,
            $"Process {holder.Holder.Pid} ({holder.Called}) runs no VM and has {Groups(holder)} open, which {string.Join(", ", Claimants(group, input).Select(vm => $"VM {vm}"))} expects.") with { Vms = [.. Claimants(group, input)] }))),
        new(NodeMissing, input => Held(input).SelectMany(group => group.Nodes.Where(node => !node.IsPresent).Select(node => new Finding
        {
            Rule = NodeMissing,
            Severity = Severity.Warning,
            Subject = $"group {group.Group.Name}",
            Cause = $"The kernel has IOMMU group {group.Group.Name} on VFIO, and /{node.Path} is not its device: no VM can open it.",
            Evidence = [$"{node.Path} is absent or another file", $"sys/class/vfio has group {group.Group.Name}"],
            Functions = group.Group.Functions ?? [],
        }))),
        new(NodeOpen, input => Held(input).SelectMany(group => group.Nodes.Where(node => node.IsOpenToOthers).Select(node => new Finding
        {
            Rule = NodeOpen,
            Severity = Severity.Warning,
            Subject = $"group {group.Group.Name}",
            Cause = $"Any user may open /{node.Path}: a process that opens it has the device, and what the device can reach.",
            Evidence = [$"the mode of {node.Path}"],
            Functions = group.Group.Functions ?? [],
        }))),
    ];

    /// <summary>The groups that metrics tell of.</summary>
    private static IEnumerable<GroupVerdict> Held(RuleInput input) => (input.Report.Groups ?? []).Where(group => group.CanBeHeld);

    private static string Groups(HolderVerdict holder) => $"group {string.Join(", ", holder.Groups)}";

    private static IEnumerable<string> Claimants(GroupVerdict group, RuleInput input) =>
        (input.Report.Ownership.ExpectedDevices ?? []).Where(one => group.Group.Functions?.Contains(one.Address) == true)
            .SelectMany(one => one.Expectations).Select(claim => claim.Vm).OfType<string>().Distinct();

    private static Finding Of(HolderVerdict holder, RuleInput input, FindingKind rule, Severity severity, string cause) => new()
    {
        Rule = rule,
        Severity = severity,
        Subject = $"process {holder.Holder.Pid}",
        Cause = cause,
        Evidence = [$"proc/{holder.Holder.Pid}/fd has /dev/vfio"],
        Functions = [.. (input.Report.Groups ?? []).Where(group => holder.Groups.Contains(group.Group.Name)).SelectMany(group => group.Group.Functions ?? [])],
    };
}
