using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot;

/// <summary>
/// Programs of this host by which its boot and its VMs are configured: what is named in advice is there. One that is not seen may be
/// elsewhere. Sources: names in <c>/usr/sbin</c> and <c>/usr/bin</c>.
/// </summary>
internal static class HostPrograms
{
    private static readonly string[] Directories = ["usr/sbin", "usr/bin"];

    private static readonly string[] Names =
    [
        "update-initramfs", "dracut", "mkinitcpio", "update-grub", "grub-mkconfig", "grub2-mkconfig", "grubby", "kernelstub", "kernel-install", "sdbootutil", "limine-update",
        "limine-mkinitcpio", "driverctl", "virsh", "incus", "lxc",
    ];

    public static EquatableArray<string> Read(HostReader files) => [.. Names.Where(name => Directories.Any(directory => files.IsThere($"{directory}/{name}")))];
}
