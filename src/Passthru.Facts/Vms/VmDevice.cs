using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms;

/// <summary>One entry of a virtual machine's configuration that takes a host device.</summary>
public sealed record VmDevice
{
    /// <summary>The entry's name: <c>hostpci0</c>, <c>hostdev1</c>, <c>interface0</c>, <c>args</c>.</summary>
    public required string Slot { get; init; }

    /// <summary>One, or several of which the manager takes the first that is free; none where a mapping has nothing for this host.</summary>
    public required EquatableArray<DeviceAlternative> Choices { get; init; }

    /// <summary>When the host must have given the device up.</summary>
    public required ExpectationTime When { get; init; }

    /// <summary>The name of the mapping (Proxmox) or network (libvirt) it goes through.</summary>
    public string? Through { get; init; }

    /// <summary>Only a part of the device (mdev) goes to the guest; its driver stays the host's.</summary>
    public bool IsMediated => MediatedType is not null && !TakesVgpuFunction;

    /// <summary>Its type of vGPU takes the whole of an NVIDIA virtual function, which one VM can have and whose driver stays.</summary>
    public bool TakesVgpuFunction { get; init; }

    /// <summary>The type of mediated device, <c>nvidia-63</c>; empty where the manager does not create it and so names none.</summary>
    public string? MediatedType { get; init; }

    /// <summary>QEMU is told to migrate it and refuses a device that cannot be migrated (Proxmox <c>live-migration-capable</c>).</summary>
    public bool Migrates { get; init; }

    /// <summary>The manager leaves the driver as it is (Proxmox <c>driver=keep</c>).</summary>
    public bool KeepsDriver { get; init; }

    /// <summary>A PCI Express device for the guest; null where the manager has no such switch.</summary>
    public bool? IsExpress { get; init; }

    /// <summary>The guest's first display (<c>x-vga</c>).</summary>
    public bool? IsPrimaryDisplay { get; init; }

    /// <summary>The integrated graphics in the mode that wants a BIOS and i440fx (Proxmox <c>legacy-igd</c>).</summary>
    public bool IsLegacyGraphics { get; init; }

    /// <summary>The guest sees the device's ROM.</summary>
    public bool? HasRomBar { get; init; }

    /// <summary>A file whose content stands in for the ROM, as written.</summary>
    public string? RomFile { get; init; }

    /// <summary>Whether that file is there; null without one, or when that can't be told.</summary>
    public bool? RomFileExists { get; init; }
}

/// <summary>When a virtual machine's claim on a device holds.</summary>
public enum ExpectationTime
{
    /// <summary>The device must be VFIO's before the machine starts (libvirt <c>managed='no'</c>).</summary>
    Always,

    /// <summary>The manager takes the device at start; before that a driver of the host on it is normal.</summary>
    WhileRunning,
}

/// <summary>A device, perhaps of several functions, that an entry may take.</summary>
/// <param name="Functions">All of them are taken together.</param>
public sealed record DeviceAlternative(EquatableArray<PciSelector> Functions)
{
    /// <summary>What the configuration says must be there, where it says so (Proxmox <c>id=</c>).</summary>
    public PciId? Id { get; init; }

    /// <summary>Proxmox <c>subsystem-id=</c>.</summary>
    public PciId? Subsystem { get; init; }

    /// <summary>Proxmox <c>iommugroup=</c>.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// The manager compares all of this with the device before each start, and refuses what is left out too (assert_valid in
    /// PVE/Mapping/PCI.pm).
    /// </summary>
    public bool IsChecked { get; init; }

    /// <summary>Proxmox <c>mdev</c> of the mapping: the device offers mediated devices.</summary>
    public bool IsMediated { get; init; }
}
