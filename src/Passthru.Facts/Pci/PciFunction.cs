using Passthru.Facts.Values;

namespace Passthru.Facts.Pci;

/// <summary>
/// One PCI function as the kernel shows it in <c>/sys/bus/pci/devices/ADDRESS</c>. Null is: not there, or <see cref="Unresolved"/>.
/// Sources are the names of attributes in that directory (Documentation/ABI/testing/sysfs-bus-pci).
/// </summary>
public sealed record PciFunction
{
    public required PciAddress Address { get; init; }

    public required PciPath Path { get; init; }

    /// <summary>Source: <c>vendor</c>; the right one for virtual functions too, whose config space has 0xffff.</summary>
    public ushort? Vendor { get; init; }

    /// <summary>Source: <c>device</c>.</summary>
    public ushort? Device { get; init; }

    /// <summary>Sources: <c>subsystem_vendor</c>, <c>subsystem_device</c>; bridges have none.</summary>
    public PciId? Subsystem { get; init; }

    /// <summary>Source: <c>revision</c>.</summary>
    public ushort? Revision { get; init; }

    /// <summary>Source: <c>class</c>.</summary>
    public PciClass? Class { get; init; }

    /// <summary>The vendor's name in pci.ids.</summary>
    public string? VendorName { get; init; }

    /// <summary>The device's name in pci.ids.</summary>
    public string? DeviceName { get; init; }

    /// <summary>0 endpoint, 1 bridge, 2 CardBus bridge. Source: <c>config</c> byte 0x0e, else what sysfs has only for bridges.</summary>
    public byte? HeaderType { get; init; }

    /// <summary>
    /// The function shares its slot with others, as the kernel counts it: not a virtual function, and number above 0 or bit 7
    /// of the header type (pci_scan_slot in drivers/pci/probe.c).
    /// </summary>
    public bool? Multifunction { get; init; }

    /// <summary>Source: <c>numa_node</c>; its -1 is null here.</summary>
    public int? NumaNode { get; init; }

    /// <summary>What the firmware calls the device, "Onboard LAN 1". Source: <c>label</c> (SMBIOS type 41, ACPI _DSM).</summary>
    public string? Label { get; init; }

    /// <summary>The name of the slot it sits in. Source: <c>/sys/bus/pci/slots/NAME/address</c>.</summary>
    public string? Slot { get; init; }

    public PciDriver? Driver { get; init; }

    /// <summary>The one driver that may bind. Source: <c>driver_override</c>, whose <c>(null)</c> is null here.</summary>
    public string? DriverOverride { get; init; }

    /// <summary>The group as the kernel names it. Source: the link <c>iommu_group</c>.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// The reset methods the kernel would try, in its order; empty where an administrator switched them off. Null: no such
    /// file, which means none from Linux 5.15 on and nothing before. Source: <c>reset_method</c>.
    /// </summary>
    public EquatableArray<string>? ResetMethods { get; init; }

    public required PciPower Power { get; init; }

    /// <summary>How often the function was enabled; on a VFIO driver at least 1 while somebody has it open. Source: <c>enable</c>.</summary>
    public int? EnableCount { get; init; }

    /// <summary>How the guest's driver has set it up. Looked for where VFIO has it and somebody has it open.</summary>
    public GuestInterruptMode? GuestInterrupts { get; init; }

    /// <summary>One of these interrupts has come since; null where they can't be told from those of others.</summary>
    public bool? GuestInterrupted { get; init; }

    /// <summary>
    /// It is being taken from its driver, which waits for whoever has it open: enabled, without a driver any more, in a group that
    /// VFIO still has a node of. Source: <c>enable</c>, <c>/sys/class/vfio</c>.
    /// </summary>
    public bool UnbindPending { get; init; }

    /// <summary>The firmware's choice of display. Source: <c>boot_vga</c>, on VGA functions only.</summary>
    public bool? BootVga { get; init; }

    /// <summary>Null while the device or a bridge above sleeps; empty where there is no link.</summary>
    public LinkFacts? Link { get; init; }

    public AerCounters? Aer { get; init; }

    /// <summary>The function of which this is a virtual one. Source: the link <c>physfn</c>.</summary>
    public PciAddress? PhysicalFunction { get; init; }

    /// <summary>Virtual functions that exist now: links <c>virtfnN</c>, since <c>sriov_numvfs</c> may wait for the device lock.</summary>
    public int? VirtualFunctions { get; init; }

    /// <summary>Virtual functions that the device can have. Source: <c>sriov_totalvfs</c>, on physical functions only.</summary>
    public int? TotalVirtualFunctions { get; init; }

    /// <summary>What it offers to VMs in parts. Looked for where a host driver has a GPU or an accelerator; others offer nothing.</summary>
    public MediatedSupport? Mediated { get; init; }

    /// <summary>What config space said when it was last read; null when it could not be, or nothing answered.</summary>
    public ConfigSpace? Config { get; init; }

    /// <summary>Attributes that are there and could not be read or understood: <c>reset_method</c>; empty text stands for those that may block.</summary>
    public EquatableArray<string> Unresolved { get; init; } = [];

    public bool IsVirtual => PhysicalFunction is not null;

    /// <summary>Can be assigned to a virtual machine: header type 0.</summary>
    public bool IsEndpoint => HeaderType == 0;

    public PciId? Id => PciId.From(Vendor, Device);

    public DeviceKind Kind => Class?.Kind ?? DeviceKind.Other;

    /// <summary>An attribute that is null here is not there; false: it is, and could not be read.</summary>
    public bool Tells(string attribute) => Unresolved.IsEmpty || !Unresolved.Contains(attribute);

    /// <summary>The same of one that may block.</summary>
    public bool TellsSlow(string attribute) => Tells(attribute) && Tells("");
}
