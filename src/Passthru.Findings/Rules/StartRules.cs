using System.Collections.Immutable;
using System.Globalization;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms.Starts;
using Passthru.Findings.Groups;
using Passthru.Findings.NextStart;
using Passthru.Findings.Starts;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>Why the last start of a VM failed, by its manager's log, and what of it is still so.</summary>
internal static class StartRules
{
    public static readonly Rule[] All =
    [
        For(StartFailureReason.Busy, "End the process that has the group: ls -l /proc/*/fd | grep vfio; stop the other VM, or kill a QEMU whose VM is stopped."),
        For(StartFailureReason.NotViable, "Bind every member of the IOMMU group to vfio-pci, or leave it without a driver: lspci -nnk for each of them."),
        For(StartFailureReason.DeviceGone, "Look for the device with lspci -nn; correct the address in the VM's configuration, or seat the card."),
        For(StartFailureReason.Mapping, "Compare the mapping with lspci -nn and write it anew in Datacenter, Resource Mappings."),
        For(StartFailureReason.Rom, "Put the ROM file where the message says, or remove romfile from the entry."),
        For(StartFailureReason.Reset, "Switch the host off and on: a device that cannot be reset comes back with power alone."),
        For(StartFailureReason.Memory, "Free memory or give the VM less; VFIO pins all of it. With libvirt look at hard_limit of memtune, with hugepages at /proc/meminfo."),
        For(StartFailureReason.Rmrr, "Switch off in the firmware what reserves memory for the device (shared memory of the management controller, legacy USB), or take another slot."),
        For(StartFailureReason.Permission, "Look at owner and mode of /dev/vfio/N and at AppArmor or SELinux; without interrupt remapping in the firmware VFIO refuses every device."),
        For(StartFailureReason.Config, "Correct the entry that the message names in the VM's configuration."),
        For(StartFailureReason.Other, "Read the log of the start: the task in Proxmox VE, /var/log/libvirt/qemu/NAME.log with libvirt."),
    ];

    private static Rule For(StartFailureReason reason, string fix)
    {
        var kind = new FindingKind($"vm-start-failed-{StartWords.Of(reason).Replace('_', '-')}", Bucket.Runtime, Stage.VmConfiguration, "PassthruVmStartFailed", fix);
        return new(kind, input => (input.Report.Vms ?? []).Where(vm => vm.IsRunning != true && vm.Starts.Failure?.Reason == reason).Select(vm => Failed(input, kind, vm)));
    }

    /// <summary>A machine that runs was started all the same.</summary>
    private static Finding Failed(RuleInput input, FindingKind kind, VmVerdict vm)
    {
        var (start, failure) = (vm.Starts.Last!, vm.Starts.Failure!);
        var functions = Concerned(input, vm, failure);
        return new()
        {
            Rule = kind,
            Severity = vm.Vm.StartsWithHost == true ? Severity.Critical : Severity.Warning,
            Subject = $"VM {vm.Vm.Id}",
            Cause = $"The last start of VM {vm.Vm.Id} failed on {start.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC: {Told(failure)}.",
            Evidence = [failure.Line ?? "the log has no message of that start", .. Now(input, vm, failure.Reason, functions).Distinct()],
            Functions = functions,
            Vms = [vm.Vm.Id],
        };
    }

    private static string Told(StartFailure failure)
    {
        var device = failure.Function is { } function ? $"{function}" : "a device";
        return failure.Reason switch
        {
            StartFailureReason.Busy => $"{device} or its IOMMU group was in use",
            StartFailureReason.NotViable => $"the IOMMU group of {device} was not all on VFIO",
            StartFailureReason.DeviceGone => $"{device} was not there",
            StartFailureReason.Mapping => "a mapping did not fit the hardware",
            StartFailureReason.Rom => "the ROM file could not be used",
            StartFailureReason.Reset => $"{device} could not be reset or did not answer",
            StartFailureReason.Memory => "memory could not be had or pinned",
            StartFailureReason.Rmrr => $"the kernel refused {device} to VFIO",
            StartFailureReason.Permission => "VFIO could not be opened",
            StartFailureReason.Config => "the configuration asks for what cannot be",
            _ => "the reason is not one that is known here",
        };
    }

    /// <summary>The function that the message names, else all that the VM takes.</summary>
    private static ImmutableArray<PciAddress> Concerned(RuleInput input, VmVerdict vm, StartFailure failure) =>
        failure.Function is { } function && (vm.Functions.Any(own => own.Address == function) || input.Endpoints.At(function) is not null)
            ? [function]
            : [.. vm.Functions.Select(own => own.Address).Distinct().Order()];

    private static IEnumerable<string> Now(RuleInput input, VmVerdict vm, StartFailureReason reason, ImmutableArray<PciAddress> functions) => reason switch
    {
        StartFailureReason.Busy => Groups(input, functions).SelectMany(Holders),
        StartFailureReason.NotViable => Groups(input, functions).SelectMany(group => Members(input, group)),
        StartFailureReason.Rmrr => Groups(input, functions).SelectMany(group => Regions(group)),
        StartFailureReason.Permission => input.Facts.Platform?.InterruptRemapping == false ? ["now: interrupt remapping is off"] : Groups(input, functions).SelectMany(Nodes),
        StartFailureReason.DeviceGone or StartFailureReason.Reset => functions.Select(function => There(input, function)),
        _ => vm.Issues.Where(issue => issue.IsPresent).SelectMany(issue => issue.Troubles.Select(trouble => $"now: {trouble}: {issue.Check.Reason}")),
    };

    private static IEnumerable<GroupVerdict> Groups(RuleInput input, ImmutableArray<PciAddress> functions) =>
        (input.Report.Groups ?? []).Where(group => group.Group.Functions?.Any(functions.Contains) == true);

    private static IEnumerable<string> Holders(GroupVerdict group)
    {
        if (group.Holders is not { IsEmpty: false } holders)
        {
            return [$"now: {(group.Holders is null ? "who has group" : "nobody has group")} {group.Group.Name}{(group.Holders is null ? " open is unknown" : " open")}"];
        }

        return holders.Select(holder => $"now: group {group.Group.Name} is held by {holder.Called} (PID {holder.Holder.Pid}{(holder.Vm is { } vm ? $", VM {vm}" : holder.IsStale == true ? ", left over" : "")})");
    }

    private static IEnumerable<string> Members(RuleInput input, GroupVerdict group)
    {
        var blockers = (group.Group.Functions ?? []).Select(input.Endpoints.At).OfType<PciFunction>().Where(function => function.Driver is { IsVfio: false }).ToList();
        return blockers.Count > 0
            ? blockers.Select(function => $"now: {Names.For(function)} in group {group.Group.Name} is bound to {function.Driver!.Name}")
            : [$"now: no member of group {group.Group.Name} has a driver of the host"];
    }

    private static IEnumerable<string> Regions(GroupVerdict group) =>
        group.DirectRegions is { } regions ? [$"now: the firmware reserves {Names.Count(regions, "region")} for group {group.Group.Name}"] : [];

    private static IEnumerable<string> Nodes(GroupVerdict group) =>
        group.Nodes.Select(node => $"now: /{node.Path} {(node.IsPresent ? "is there" : "is not there")}");

    private static string There(RuleInput input, PciAddress address) =>
        input.Endpoints.At(address) is { } function
            ? $"now: {Names.For(function)} is there, {Names.Driver(function)}, power state {function.Power.State ?? "unknown"}"
            : input.Endpoints.IsComplete ? $"now: nothing is at {address}" : $"now: unknown whether anything is at {address}";
}
