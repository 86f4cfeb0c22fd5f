using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>Finds the boot loader of this host and asks it what starts next. Files of another loader say nothing.</summary>
internal static class BootLoaderReader
{
    private const int LargestFile = 64 * 1024;

    /// <summary>The first that boots this host counts.</summary>
    private static readonly (Func<LoaderContext, bool> Boots, Func<LoaderContext, NextBoot?> Read)[] Loaders =
    [
        (ProxmoxBootTool.Boots, ProxmoxBootTool.Read),
        (Grub.Boots, Grub.Read),
        (Syslinux.Boots, Syslinux.Read),
        (Limine.Boots, Limine.Read),
        (Refind.Boots, Refind.Read),
        (SystemdBoot.Boots, SystemdBoot.Read),
        (Nixos.Boots, Nixos.Read),
    ];

    public static NextBoot? Read(LoaderContext context)
    {
        var next = Loaders.FirstOrDefault(loader => loader.Boots(context)).Read?.Invoke(context);
        return next is not null && context.Efi.StartsOtherOnce ? new NextBoot { Loader = next.Loader } : next;
    }

    /// <summary>Files from which the entries of boot loaders are made, when somebody runs the command for it.</summary>
    public static EquatableArray<NextCommandLine> Sources(HostReader files) =>
        [.. new[] { GrubDefaults.Read(files), KernelInstall(files), GrubDefaults.ReadLimine(files), Kernelstub.Read(files) }.OfType<NextCommandLine>()];

    /// <summary>Of kernel-install, mkinitcpio, ukify and proxmox-boot-tool.</summary>
    private static NextCommandLine? KernelInstall(HostReader files)
    {
        const string path = "etc/kernel/cmdline";
        var lines = files.LongText(path, LargestFile)?.Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
        return lines is null ? null : new NextCommandLine(path, KernelCommandLine.Parse(string.Join(' ', lines)));
    }
}
