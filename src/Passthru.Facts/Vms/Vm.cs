using Passthru.Facts.Values;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Facts.Vms;

/// <summary>
/// A virtual machine as its manager's files configure it, whatever the manager. It says what the files say; whether it runs is
/// weighed from this, its process and its systemd scope together.
/// </summary>
public sealed record Vm
{
    /// <summary>Who manages it.</summary>
    public required VmManager Manager { get; init; }

    /// <summary>The Proxmox VMID, or the libvirt domain name.</summary>
    public required string Id { get; init; }

    /// <summary>The file that configures it: <c>etc/pve/qemu-server/110.conf</c>.</summary>
    public required string File { get; init; }

    /// <summary>No file configures it: what it has, its process has open, and what its next start takes is not known.</summary>
    public bool IsProcessOnly => File.StartsWith("proc/", StringComparison.Ordinal);

    /// <summary>What people call it.</summary>
    public string? Name { get; init; }

    /// <summary>The machine type as written, or the manager's default where nothing is written: <c>q35</c>, <c>pc-i440fx-9.0</c>.</summary>
    public string? Machine { get; init; }

    /// <summary>What the machine type stands for.</summary>
    public Chipset Chipset { get; init; } = Chipset.Unknown;

    /// <summary>Null: the files do not tell (libvirt chooses one itself).</summary>
    public VmFirmware? Firmware { get; init; }

    /// <summary>As the manager notes it: Proxmox <c>ostype</c> (<c>win11</c>, <c>l26</c>), libvirt's libosinfo id.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The operating system is noted to be Windows; null where none is noted.</summary>
    public bool? IsWindows { get; init; }

    /// <summary>A template never runs.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>It starts with the host: Proxmox <c>onboot</c> or its HA manager, libvirt's <c>autostart/</c>. Null: not to be told.</summary>
    public bool? StartsWithHost { get; init; }

    /// <summary>Its place among those that start with the host (Proxmox <c>startup: order=</c>), the lowest first; null: after all that have one.</summary>
    public int? StartOrder { get; init; }

    /// <summary>A script of the operator's runs at its start and stop (Proxmox <c>hookscript</c>, libvirt's hooks): it may create or bind devices.</summary>
    public bool HasHook { get; init; }

    /// <summary>It has a display of its own besides what is passed through.</summary>
    public bool? HasVirtualDisplay { get; init; }

    /// <summary>It has a serial console, which its operator looks at instead of a display.</summary>
    public bool HasSerialConsole { get; init; }

    /// <summary>The configuration says outright that it has no display (Proxmox <c>vga: none</c>).</summary>
    public bool DisplayIsNone { get; init; }

    /// <summary>Its memory may be taken back from it while it runs (balloon below the full size).</summary>
    public bool? Balloons { get; init; }

    /// <summary>Its memory may be merged with that of others (KSM), so far as the manager leaves that to the host.</summary>
    public bool? SharesPages { get; init; }

    /// <summary>Files that only root writes configure it. Else its process or a user's own manager describes it, and what they say accuses nobody.</summary>
    public bool IsManaged { get; init; } = true;

    /// <summary>The user whose own manager has it (<c>qemu:///session</c>); null for the system's.</summary>
    public uint? User { get; init; }

    /// <summary>The process that the manager notes for it; null: none, or not to be told.</summary>
    public int? Pid { get; init; }

    /// <summary>The manager's own note says that it was started and has not been stopped. Null: the notes can't be seen.</summary>
    public bool? ManagerSaysRunning { get; init; }

    /// <summary>False: the notes are there and could not be read, so that a process may be a leftover that the manager holds to be stopped.</summary>
    public bool NotesComplete { get; init; } = true;

    /// <summary>Its disks as the configuration names them: <c>local-lvm:vm-101-disk-0</c>, <c>/dev/disk/by-id/…</c>, a file.</summary>
    public EquatableArray<string> Volumes { get; init; } = [];

    /// <summary>Host devices it takes at its next start.</summary>
    public EquatableArray<VmDevice> Devices { get; init; } = [];

    /// <summary>
    /// Host devices of the configuration that it was last started with, where that differs from <see cref="Devices"/> (Proxmox: the
    /// lines before <c>[PENDING]</c>); null elsewhere.
    /// </summary>
    public EquatableArray<VmDevice>? StartedWith { get; init; }

    /// <summary>Host devices it has taken, where the manager notes that apart from the configuration (libvirt's live XML, Proxmox' reservations); null elsewhere.</summary>
    public EquatableArray<VmDevice>? AttachedDevices { get; init; }

    /// <summary>Its starts, the latest last, so far as its manager's logs reach; null: there is no log, or it can't be read.</summary>
    public EquatableArray<VmStart>? Starts { get; init; }
}

/// <summary>The chipsets that QEMU emulates for PC guests.</summary>
public enum Chipset
{
    Unknown,
    I440fx,
    Q35,
    Other,
}

/// <summary>What starts the guest.</summary>
public enum VmFirmware
{
    Bios,
    Uefi,
}
