using Passthru.Facts.Boot.Loaders;

namespace Passthru.Findings.Boot;

/// <summary>Which file a boot loader gets its kernel parameters from, and the command that brings them there.</summary>
internal static class LoaderAdvice
{
    private const string Grub = "etc/default/grub";
    private const string Cmdline = "etc/kernel/cmdline";
    private const string Kernelstub = "etc/kernelstub/configuration";

    /// <summary>The entries of this loader are made from this file.</summary>
    public static bool IsReadBy(NextBoot next, string file) => file == Source(next);

    /// <summary>What is so, and what to do, of words in a file that the next boot does not have.</summary>
    public static (string Cause, string Edit) For(NextBoot next, string file, string words) => IsReadBy(next, file)
        ? ($"/{file} has {words}, and the next boot does not: the boot loader's entry was not made anew.", $"{Command(next, words)}, then reboot.")
        : ($"/{file} has {words}, to no effect: this host boots by {Name(next)}, which does not read that file.", $"{Edit(next, words)}, then reboot.");

    public static string Name(NextBoot next) => next.Loader switch
    {
        BootLoader.Grub => next.IsEntryFile ? "GRUB with entries in /boot/loader/entries" : "GRUB",
        BootLoader.SystemdBoot => "systemd-boot",
        BootLoader.SystemdStub => "a unified kernel image",
        BootLoader.Refind => "rEFInd",
        BootLoader.NixOs => "the configuration of NixOS",
        _ => next.Loader.ToString(),
    };

    private static string? Source(NextBoot next) => next.Loader switch
    {
        BootLoader.Grub => next.IsEntryFile ? null : Grub,
        BootLoader.SystemdBoot when next.IsKernelstub => Kernelstub,
        BootLoader.SystemdBoot or BootLoader.SystemdStub => Cmdline,
        BootLoader.Limine => "etc/default/limine",
        _ => null,
    };

    private static string Edit(NextBoot next, string words) => next.Loader switch
    {
        BootLoader.Grub when next.IsEntryFile => Command(next, words),
        BootLoader.Refind => $"Add {words} to the first line of /{next.File}",
        BootLoader.Syslinux => $"Add {words} to the append line of /{next.File}",
        BootLoader.NixOs => $"Add {words} to boot.kernelParams and run nixos-rebuild boot",
        BootLoader.SystemdBoot when next.IsKernelstub => $"Run: kernelstub -a \"{words}\"",
        BootLoader.SystemdBoot when !next.IsProxmoxBootTool && next.File is { } file => $"Add {words} to the options line of /{file} (and to /{Cmdline}, where kernel-install makes the entries)",
        _ => $"Add {words} to /{Source(next)} and run: {Command(next, words)}",
    };

    private static string Command(NextBoot next, string words) => next.Loader switch
    {
        _ when next.IsProxmoxBootTool => next.Loader == BootLoader.Grub ? "update-grub; proxmox-boot-tool refresh" : "proxmox-boot-tool refresh",
        BootLoader.Grub when next.IsEntryFile => $"grubby --update-kernel=ALL --args=\"{words}\"",
        BootLoader.Grub => next.File?.Contains("grub2", StringComparison.Ordinal) == true ? $"grub2-mkconfig -o /{next.File}" : "update-grub (or grub-mkconfig -o /boot/grub/grub.cfg)",
        BootLoader.SystemdBoot when next.IsKernelstub => $"Run: kernelstub -a \"{words}\"",
        BootLoader.SystemdStub => "mkinitcpio -P, dracut -f --uefi or kernel-install add-all, whichever makes the image",
        BootLoader.Limine => "limine-update (or limine-mkinitcpio)",
        _ => "kernel-install add-all (openSUSE: sdbootutil update-all-entries)",
    };
}
