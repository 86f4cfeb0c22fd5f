using Passthru.Findings.Boot;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>What the next boot, or this one, makes of what is configured.</summary>
internal static class BootRules
{
    private static readonly FindingKind Lost = new(
        "initramfs-stale", Bucket.Ownership, Stage.Owner, "PassthruInitramfsStale",
        "Make the edit that the finding names, reboot, and look again.");

    private static readonly FindingKind Ineffective = new(
        "blacklist-ineffective", Bucket.Ownership, Stage.Owner, "PassthruBlacklistIneffective",
        "Find out who loads the module (modprobe --show-depends, journalctl -b -g MODULE), build the initramfs anew, and reboot.");

    private static readonly FindingKind Pending = new(
        "boot-config-pending", Bucket.Ownership, Stage.Owner, "",
        "Reboot when the VMs allow it, and look again afterwards: what is configured now has never been tried.");

    private static readonly FindingKind Idle = new(
        "boot-setting-idle", Bucket.Ownership, Stage.Kernel, "",
        "Write the setting where the finding says.");

    private static readonly FindingKind OtherKernel = new(
        "other-kernel-next", Bucket.Ownership, Stage.Owner, "",
        "Before the reboot, compare what this kernel has shown here: passthru-exporter baseline accept now, baseline diff afterwards.");

    public static readonly Rule[] All =
    [
        new(Lost, input => (input.Report.Boot?.Races ?? []).SelectMany(race => race.Devices.Where(device => device.Outcome == RaceOutcome.HostDriver).Select(device => OfLost(input, race, device)))),
        new(Ineffective, input => (input.Report.Boot?.Blacklisted ?? []).Where(module => module.IsLoaded).Select(module => Finding.ForHost(
            Ineffective,
            Severity.Warning,
            module.IsBuiltIn
                ? $"{module.Module} is built into the kernel: the blacklist does not reach it, and it can take a device that is expected on VFIO."
                : $"{module.Module} is blacklisted and loaded all the same; it can take a device that is expected on VFIO.",
            module.At))),
        new(Pending, input => input.Report.Boot?.IsPending == true
            ? [Finding.ForHost(Pending, Severity.Info, "What decides about passthrough at boot was changed after this boot: the next one will differ.", "etc/modprobe.d, the boot loader's configuration")] : []),
        new(Idle, input => (input.Report.Boot?.Idle ?? []).Select(idle =>
            Finding.ForHost(Idle, idle.ConcernsDevice ? Severity.Warning : Severity.Info, $"{idle.Cause} {idle.Edit}", idle.File))),
        new(OtherKernel, input => input.Facts is { Boot.Next: { Kernel: { } next } boot, Kernel.Release: { } running } && next != running
            ? [Finding.ForHost(OtherKernel, Severity.Info, $"The next boot starts kernel {next}, not {running}, which runs now.", boot.File ?? boot.Entry ?? "etc/kernel/proxmox-boot-pin")] : []),
    ];

    private static Finding OfLost(RuleInput input, KernelRace race, DeviceRace device)
    {
        var driver = device.Driver ?? "a host driver";
        var when = race.BootsNext ? "At the next boot" : $"If kernel {race.Kernel} is booted again";
        return new Finding
        {
            Rule = Lost,
            Severity = race.BootsNext ? Severity.Warning : Severity.Info,
            Subject = device.Function.ToString(),
            Cause = $"{when} {driver} takes {device.Function} before vfio-pci: {driver} {device.Why}. {RaceAdvice.For(input.Facts, race, device)}",
            Evidence = [race.Image?.Path ?? $"kernel {race.Kernel}"],
            Functions = [device.Function],
        };
    }
}
