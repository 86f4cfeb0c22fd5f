namespace Passthru.Tests.Hosts;

/// <summary>
/// One PCI function, as one would describe it to a colleague. What sysfs and config space say of it follows from this and
/// from its place: multifunction bits, bus numbers, links, the reset methods that the kernel would find.
/// </summary>
internal sealed record FakeFunction(string Address, string Ids, int Class)
{
    /// <summary>For <see cref="ResetMethod"/>: what the kernel would list, given the capabilities.</summary>
    public const string AsTheKernelFinds = "(as the kernel finds)";

    public Bdf Bdf => Bdf.Parse(Address);

    public int Revision { get; init; } = 1;

    /// <summary>"1043:8769"; null reads as 0000:0000.</summary>
    public string? Subsystem { get; init; }

    public string? Driver { get; init; }

    public string? DriverOverride { get; init; }

    /// <summary>IOMMU group; null: no iommu_group link.</summary>
    public int? Group { get; init; }

    /// <summary>The functions behind a bridge, or those of the domain that a VMD controller opens.</summary>
    public IReadOnlyList<FakeFunction> Behind { get; init; } = [];

    /// <summary>Secondary bus of a bridge with nothing behind it.</summary>
    public int EmptyBus { get; init; }

    /// <summary>Buses reserved beyond the highest one in use, for hotplug.</summary>
    public int SpareBuses { get; init; }

    /// <summary>Address of the physical function; null: this is not a virtual one.</summary>
    public string? PhysicalFunction { get; init; }

    public Sriov? Sriov { get; init; }

    /// <summary>null: a conventional PCI function, with 256 bytes of config space.</summary>
    public ExpressType? Express { get; init; }

    public PciLink? Link { get; init; }

    /// <summary>Function Level Reset in the Device Capabilities.</summary>
    public bool Flr { get; init; }

    /// <summary>Function Level Reset in the Advanced Features capability of conventional PCI.</summary>
    public bool AfFlr { get; init; }

    public PmReset Pm { get; init; } = PmReset.None;

    public bool Msi { get; init; }

    public int MsiX { get; init; }

    public AcsBits? Acs { get; init; }

    public bool Ari { get; init; }

    public AerCounts? Aer { get; init; }

    public ulong? SerialNumber { get; init; }

    /// <summary>Content of reset_method; null: no such file; empty: zero bytes, the administrator disabled all.</summary>
    public string? ResetMethod { get; init; } = AsTheKernelFinds;

    /// <summary>A VM has the device open.</summary>
    public bool InUse { get; init; }

    /// <summary>null: as the driver would leave it.</summary>
    public string? PowerState { get; init; }

    public string? RuntimeStatus { get; init; }

    public string? RuntimeControl { get; init; }

    public bool D3coldAllowed { get; init; } = true;

    /// <summary>Whoever reads this function's hardware wakes it: config space and the files behind it hold poison.</summary>
    public bool Asleep { get; init; }

    /// <summary>Fell off the bus: config space reads all ones, the ids are still cached.</summary>
    public bool Dead { get; init; }

    /// <summary>Removed while one looked: its directory is gone, the links to it are not yet.</summary>
    public bool Vanished { get; init; }

    /// <summary>null: that of the bridge above, else -1.</summary>
    public int? NumaNode { get; init; }

    /// <summary>Name that the firmware gives the device (_DSM or SMBIOS type 41).</summary>
    public string? Label { get; init; }

    public bool BootVga { get; init; }

    public string? Removable { get; init; }

    /// <summary>Number of the physical slot behind this port, its name in sys/bus/pci/slots.</summary>
    public int? Slot { get; init; }

    /// <summary>Attributes with other text than the kernel would print, by file name; each character becomes one byte.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    public bool IsBridge => Class >> 8 is 0x0604 or 0x0607;

    public bool IsVga => Class >> 8 == 0x0300;

    public bool OnVfio => Driver is not null && Driver.Contains("vfio", StringComparison.Ordinal);
}
