using System.Collections.Immutable;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Loaders;

namespace Passthru.Findings.Plans;

/// <summary>The programs that make this host's images: what they are told of VFIO, and how they are run.</summary>
internal static class ImageCommands
{
    private const string Dracut = "etc/dracut.conf.d/passthru.conf";
    private const string Mkinitcpio = "etc/mkinitcpio.conf.d/passthru.conf";

    public static string Name(ImageMaker maker) => maker switch
    {
        ImageMaker.InitramfsTools => "initramfs-tools",
        ImageMaker.Dracut or ImageMaker.DracutHostOnly => "dracut",
        ImageMaker.Mkinitcpio => "mkinitcpio",
        ImageMaker.Nixos => "NixOS",
        _ => "the program that makes it",
    };

    /// <summary>Makes the image anew; empty: it is not known what makes it.</summary>
    public static ImmutableArray<string> Make(PlanSubject subject)
    {
        var kernel = Shell.Quote(subject.Kernel ?? "");
        if (subject.Next?.Loader == BootLoader.SystemdStub)
        {
            return [Unified(subject)];
        }

        if (subject.Maker is ImageMaker.Dracut or ImageMaker.DracutHostOnly && IsCopied(subject))
        {
            var own = Shell.Quote($"/boot/initrd.img-{subject.Kernel}");
            return [$"[ ! -e {own} ] || dracut -f {own} {kernel}", KernelInstall(subject)];
        }

        var make = subject.Maker switch
        {
            ImageMaker.InitramfsTools => $"update-initramfs -u -k {kernel}",
            ImageMaker.Dracut or ImageMaker.DracutHostOnly when subject.Has("sdbootutil") => "sdbootutil mkinitrd",
            ImageMaker.Dracut or ImageMaker.DracutHostOnly when IsPlaced(subject) => $"dracut -f {Shell.Quote($"/{subject.Image!.Path}")} {kernel}",
            ImageMaker.Dracut or ImageMaker.DracutHostOnly => $"dracut -f --kver {kernel}",
            ImageMaker.Mkinitcpio => "mkinitcpio -P",
            ImageMaker.Nixos => "nixos-rebuild boot",
            _ => null,
        };
        return Shell.All(make, make is not null && subject.Next?.IsProxmoxBootTool == true ? "proxmox-boot-tool refresh" : null);
    }

    /// <summary>A kernel and its image in one file.</summary>
    public static string Unified(PlanSubject subject) =>
        subject.Has("mkinitcpio") || subject.Maker == ImageMaker.Mkinitcpio ? "mkinitcpio -P"
        : subject.Has("kernel-install") ? KernelInstall(subject)
        : $"dracut -f --uefi --kver {Shell.Quote(subject.Kernel ?? "")}";

    /// <summary>Makes the entry of the kernel, and its image, anew. The kernel lies where the distribution puts it: with its modules, or in /boot (Debian).</summary>
    public static string KernelInstall(PlanSubject subject)
    {
        var (modules, boot) = (Shell.Quote($"/usr/lib/modules/{subject.Kernel}/vmlinuz"), Shell.Quote($"/boot/vmlinuz-{subject.Kernel}"));
        return $"kernel-install add {Shell.Quote(subject.Kernel ?? "")} \"$(ls {modules} {boot} 2>/dev/null | head -n1)\"";
    }

    /// <summary>
    /// initramfs-tools takes modprobe.d and what a softdep names along by itself. dracut takes modprobe.d along only into images for
    /// this host; with force_drivers vfio-pci is loaded before udev. mkinitcpio loads MODULES in their order.
    /// </summary>
    public static (string File, ImmutableArray<string> Lines)? Settings(ImageMaker maker, string modprobeFile) => maker switch
    {
        ImageMaker.Dracut or ImageMaker.DracutHostOnly => (Dracut, ["force_drivers+=\" vfio_pci \"", $"install_items+=\" /{modprobeFile} \""]),
        ImageMaker.Mkinitcpio => (Mkinitcpio, ["MODULES=(vfio_pci \"${MODULES[@]}\")", $"FILES+=(/{modprobeFile})"]),
        _ => null,
    };

    /// <summary>Takes what <see cref="Settings"/> wrote away again.</summary>
    public static ImmutableArray<string> Forget(ImageMaker maker) => Settings(maker, "") is { } settings ? [$"rm -f /{settings.File}"] : [];

    /// <summary>A command that lists the image, and what it shows when vfio-pci and its options are inside.</summary>
    public static Proof? Proof(PlanSubject subject, string modprobeFile)
    {
        var path = subject.Image?.Path is { } image ? Shell.Quote($"/{image}") : null;
        var list = subject.Maker switch
        {
            ImageMaker.InitramfsTools => $"lsinitramfs {path ?? Shell.Quote($"/boot/initrd.img-{subject.Kernel}")}",
            ImageMaker.Dracut or ImageMaker.DracutHostOnly when path is not null => $"lsinitrd {path}",
            ImageMaker.Mkinitcpio when path is not null => $"lsinitcpio {path}",
            _ => null,
        };
        return list is null || subject.Next?.HasOwnImage == true ? null : new Proof($"{list} | grep -F {Shell.Quote(modprobeFile)}", modprobeFile);
    }

    /// <summary>kernel-install puts it into the entry's directory on the boot partition: on Debian a copy of the one in /boot, else it has dracut make it.</summary>
    private static bool IsCopied(PlanSubject subject) =>
        subject.Has("kernel-install") && subject.Next?.Loader == BootLoader.SystemdBoot && subject.Image?.Path.Contains($"/{subject.Kernel}/", StringComparison.Ordinal) == true;

    /// <summary>Not where dracut puts images by itself.</summary>
    private static bool IsPlaced(PlanSubject subject) =>
        subject.Image is { } image && image.Path != $"boot/initramfs-{subject.Kernel}.img" && !image.Path.Contains("/modules/", StringComparison.Ordinal);
}
