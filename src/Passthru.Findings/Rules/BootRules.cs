using Passthru.Findings.Boot;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>What the next boot, or this one, makes of what is configured.</summary>
internal static class BootRules
{
    private static readonly FindingKind Lost = new(
        "initramfs-stale", Bucket.Ownership, Stage.Owner, "PassthruInitramfsStale",
        "Make the edit that the finding names, reboot, and look again.");

    private static readonly FindingKind LostLater = new(
        "driver-before-vfio", Bucket.Ownership, Stage.Owner, "",
        "Make the edit that the finding names, reboot, and look again.");

    private static readonly FindingKind Unread = new(
        "initramfs-unread", Bucket.Ownership, Stage.Owner, "",
        "Look into it by hand (lsinitramfs, lsinitrd, lsinitcpio), or have it made with gzip, xz or zstd.");

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
        new(Lost, input => LostAt(input, device => device.Stage != RaceStage.RootFileSystem).Select(lost => OfLost(Lost, input, lost.Race, lost.Device))),
        new(LostLater, input => LostAt(input, device => device.Stage == RaceStage.RootFileSystem).Select(lost => OfLost(LostLater, input, lost.Race, lost.Device))),
        new(Unread, input => (input.Report.Boot?.Races ?? []).Where(race => race is { IsLost: null, Evidence: InitramfsEvidence.Unread }).Select(race => Finding.ForHost(
            Unread,
            Severity.Info,
            $"/{race.Image!.Path} could not be read in full: whether a host driver takes a device before vfio-pci there is unknown.",
            race.Image.Path))),
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

    private static IEnumerable<(KernelRace Race, DeviceRace Device)> LostAt(RuleInput input, Func<DeviceRace, bool> isWanted) =>
        from race in input.Report.Boot?.Races ?? []
        from device in race.Devices
        where device.Outcome == RaceOutcome.HostDriver && isWanted(device)
        select (race, device);

    private static Finding OfLost(FindingKind kind, RuleInput input, KernelRace race, DeviceRace device)
    {
        var driver = device.Driver ?? "a host driver";
        var when = race.BootsNext ? "At the next boot" : $"If kernel {race.Kernel} is booted again";
        return new Finding
        {
            Rule = kind,
            Severity = race.BootsNext ? Severity.Warning : Severity.Info,
            Subject = device.Function.ToString(),
            Cause = $"{when} {driver} takes {device.Function} before vfio-pci: {driver} {device.Why}. {RaceAdvice.For(input.Facts, race, device)}",
            Evidence = [race.Image?.Path ?? $"kernel {race.Kernel}"],
            Functions = [device.Function],
        };
    }
}
