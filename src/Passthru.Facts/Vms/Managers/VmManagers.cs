using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Incus;
using Passthru.Facts.Vms.Libvirt;
using Passthru.Facts.Vms.Proxmox;

namespace Passthru.Facts.Vms.Managers;

/// <summary>
/// The VM managers that are known, in the order in which pages list their VMs and in which a process is held against them: managers
/// with files, managers known by their processes alone, programs that run a VM for nobody.
/// </summary>
public static class VmManagers
{
    public static readonly VmManager Proxmox = ProxmoxManager.Row;

    public static readonly VmManager Libvirt = LibvirtManager.Row;

    /// <summary>A QEMU by hand.</summary>
    public static readonly VmManager Qemu = new()
    {
        Name = "qemu",
        Title = "QEMU",
        Recognizes = process => VmPrograms.IsQemu(process.Program),
    };

    public static readonly EquatableArray<VmManager> All =
    [
        Proxmox,
        IncusManager.Row,
        new VmManager
        {
            Name = "lxd",
            Title = "LXD",
            Marks = ["/var/snap/lxd/", "/snap/lxd/", "/var/log/lxd/", "/var/lib/lxd/", "/run/lxd/"],
            Recognizes = process => process.Group.Unit is "snap.lxd.daemon.service" or "lxd.service",
        },
        new VmManager
        {
            Name = "kata",
            Title = "Kata Containers",
            Marks = ["/run/vc/", "/run/kata", "/opt/kata/", "/kata-containers/"],
            Recognizes = process => process.Program == "containerd-shim-kata-v2" || IsBelow(process, "kata"),
        },
        new VmManager
        {
            Name = "kubevirt",
            Title = "KubeVirt",
            Marks = ["/run/kubevirt"],
            Recognizes = process => VmPrograms.IsQemu(process.Program) && IsBelow(process, "kubepods"),
        },
        Libvirt,
        new VmManager
        {
            Name = "cloud-hypervisor",
            Title = "Cloud Hypervisor",
            Recognizes = process => process.Program == "cloud-hypervisor",
        },
        new VmManager
        {
            Name = "crosvm",
            Title = "crosvm",
            Recognizes = process => process.Program == "crosvm",
        },
        Qemu,
        new VmManager
        {
            Name = "other",
            Title = "a program that is not known here",
            Recognizes = _ => true,
        },
    ];

    /// <summary>Those whose files are read.</summary>
    public static readonly EquatableArray<VmManager> WithFiles = [.. All.Where(manager => manager.Collector is not null)];

    /// <summary>Where the manager stands in <see cref="All"/>.</summary>
    public static int Order(VmManager manager) => All.Index().First(row => row.Item == manager).Index;

    /// <summary>One of the control groups that it runs below has a name that begins so.</summary>
    private static bool IsBelow(ProcessTraits process, string name) =>
        process.Group.Path?.Split('/').Any(part => part.StartsWith(name, StringComparison.Ordinal)) == true;
}
