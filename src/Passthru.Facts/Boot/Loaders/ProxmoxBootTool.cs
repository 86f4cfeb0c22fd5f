namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// Proxmox VE where <c>/etc/kernel/proxmox-boot-uuids</c> lists EFI system partitions: proxmox-boot-tool copies kernels and images
/// there and writes the entries; what lies in <c>/boot/grub</c> is not read. The newest kernel boots, or the pinned one.
/// </summary>
internal static class ProxmoxBootTool
{
    private static readonly string[] Pins = ["etc/kernel/next-boot-pin", "etc/kernel/proxmox-boot-pin"];

    public static bool Boots(LoaderContext context) => context.Files.Text("etc/kernel/proxmox-boot-uuids") is { Length: > 0 };

    public static NextBoot Read(LoaderContext context)
    {
        var files = context.Files;
        var kernel = Pins.Select(pin => files.Text(pin)).FirstOrDefault(pin => pin is { Length: > 0 }) ?? context.Kernels.Newest ?? context.Release;
        var isGrub = context.StartedFile is not null;
        var entry = isGrub || kernel is null ? null : LoaderContext.Mounts.SelectMany(mount => EntryFile.In(files, $"{mount}/loader/entries"))
            .FirstOrDefault(entry => entry.Kernel?.Contains(kernel, StringComparison.Ordinal) == true);
        return new NextBoot
        {
            Loader = isGrub ? BootLoader.Grub : BootLoader.SystemdBoot,
            File = entry?.File,
            Entry = entry?.Id ?? (kernel is null ? null : isGrub ? kernel : $"proxmox-{kernel}.conf"),
            Kernel = kernel,
            Line = entry?.Line,
            Images = [.. BootPath.Images(files, [$"/boot/initrd.img-{kernel}"])],
            IsProxmoxBootTool = true,
        };
    }
}
