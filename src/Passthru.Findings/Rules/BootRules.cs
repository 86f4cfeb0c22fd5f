namespace Passthru.Findings.Rules;

/// <summary>What the next boot, or this one, makes of what is configured.</summary>
internal static class BootRules
{
    private static readonly FindingRule Stale = new(
        "initramfs-stale", Bucket.Ownership, Stage.Owner, "PassthruInitramfsStale",
        "Build the image anew (update-initramfs -u, or dracut -f; on Proxmox VE also proxmox-boot-tool refresh), then reboot.");

    private static readonly FindingRule Ineffective = new(
        "blacklist-ineffective", Bucket.Ownership, Stage.Owner, "PassthruBlacklistIneffective",
        "Build the initramfs anew and reboot; a module that another one asks for needs \"install MODULE /bin/false\" besides.");

    private static readonly FindingRule Pending = new(
        "boot-config-pending", Bucket.Ownership, Stage.Owner, "",
        "Reboot when the VMs allow it, and look again afterwards: what is configured now has never been tried.");

    public static readonly Rule[] All =
    [
        new(Stale, it => it.Report.Boot?.InitramfsStale == true
            ? [Finding.OfHost(Stale, Severity.Warning, it.Report.Boot.Evidence == InitramfsEvidence.Age
                ? "The running kernel's initramfs is older than modprobe.d, and could not be looked into: at the next boot host drivers may take the devices first."
                : "The running kernel's initramfs does not carry what modprobe.d says about VFIO: at the next boot host drivers take the devices first.",
                it.Facts.Boot!.Initramfs!.Path)] : []),
        new(Ineffective, it => (it.Report.Boot?.Blacklisted ?? []).Where(module => module.IsLoaded).Select(module =>
            Finding.OfHost(Ineffective, Severity.Warning, $"Module {module.Module} is blacklisted and in the kernel all the same.", $"sys/module/{module.Module} is there"))),
        new(Pending, it => it.Report.Boot?.IsPending == true
            ? [Finding.OfHost(Pending, Severity.Info, "What decides about passthrough at boot was changed after this boot: the next one will differ.", "etc/modprobe.d, the boot loader's configuration")] : []),
    ];
}
