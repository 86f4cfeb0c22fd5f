using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Pci;

/// <summary>Reads every function below <c>/sys/bus/pci/devices</c>.</summary>
internal sealed class PciReader
{
    private const string Devices = "sys/bus/pci/devices";

    /// <summary>What a function is, whose it is and where it belongs.</summary>
    private static readonly string[] Identifying =
        ["vendor", "device", "class", "subsystem_vendor", "subsystem_device", "driver", "vfio-dev", "iommu_group", "physfn"];

    private readonly HostReader _files;
    private readonly PciCache _memory;
    private readonly Dictionary<DeviceInstance, PciFunction> _lasting;
    private readonly Dictionary<string, PciPath> _paths;
    private readonly Dictionary<PciAddress, PciPower> _power;
    private readonly List<PciAddress> _unseen = [];
    private readonly List<GuestInterruptCount> _interrupts = [];
    private Dictionary<PciAddress, string> _slots = [];

    private PciReader(HostReader files, PciCache memory)
    {
        _files = files;
        _memory = memory;
        _lasting = new(memory.Lasting.Count);
        _paths = new(memory.Paths.Count);
        _power = new(memory.Lasting.Count);
    }

    /// <summary>Null: the functions could not be listed, which is not the same as a host without any.</summary>
    public static PciReading? Read(HostReader files, PciCache memory) => new PciReader(files, memory).Read();

    private PciReading? Read()
    {
        _slots = ReadSlots();
        var names = _files.Noting(() => _files.Names(Devices), out var isListed);
        if (!isListed)
        {
            return null;
        }

        // A bridge comes before what is behind it, whose config space is not to be read while the bridge sleeps.
        var places = FindAll(names ?? []).OrderBy(place => place.Path.Ancestors.Length);
        var functions = places.Select(place => _files.In(place.Path.Directory, device => ReadFunction(place, device))).OfType<PciFunction>()
            .OrderBy(function => function.Address)
            .ToList();
        var wanted = functions.Select(function => function.Id).OfType<PciId>().ToHashSet();
        var ids = _files.Noting(() => _memory.Names.With(wanted, _files), out var namesComplete);
        var inSlot = functions.Where(function => !function.IsVirtual).CountBy(function => SlotOf(function.Address)).ToDictionary();
        var above = functions.Where(IsOrMayBeVfios).SelectMany(function => function.Path.Ancestors).ToHashSet();
        var named = functions.Select(function => WithWhatNeedsTheOthers(
            function.IsEndpoint ? function : function with { Aer = ReadPortErrors(function, above) }, inSlot.GetValueOrDefault(SlotOf(function.Address)), ids));
        var facts = new PciFacts
        {
            Functions = [.. named],
            Unseen = [.. _unseen],
            NamesComplete = namesComplete,
            HotplugPorts = ReadHotplugPorts(),
        };
        return new PciReading(facts, new PciCache { Lasting = _lasting, Paths = _paths, Names = namesComplete ? ids : _memory.Names })
        {
            Interrupts = [.. _interrupts.OrderBy(count => count.Function)],
        };
    }

    private List<Place> FindAll(IReadOnlyList<string> names) => _files.In(Devices, links =>
    {
        var places = new List<Place>(names.Count);
        foreach (var name in names)
        {
            if (PciAddress.TryParse(name, out var address))
            {
                places.Add(new Place(address, links.Link(name) is { } target ? PathOf(target) : PciPath.Unlinked($"{Devices}/{name}")));
            }
            else
            {
                links.ReportMalformed(name, name);
            }
        }

        return places;
    });

    private PciPath PathOf(string link) => _paths[link] = _memory.Paths.GetValueOrDefault(link) ?? PciPath.FromLink(link);

    /// <summary>
    /// A function that has gone since the directory was listed is not found, and no trouble. One of which it can't be told what it
    /// is, or who has it, is there and not seen: half of an answer would be taken for a whole one.
    /// </summary>
    private PciFunction? ReadFunction(Place place, HostReader device)
    {
        var before = _files.Issues.Count;
        var function = device.Identity("") is { } identity ? ReadFunction(place, device, identity) : null;
        if (_files.Issues.Count == before)
        {
            return function;
        }

        if (function is null || device.RefusedSince(before).Any(Identifying.Contains))
        {
            _unseen.Add(place.Address);
            return null;
        }

        return function with { Unresolved = device.UnresolvedSince(before) };
    }

    private PciFunction ReadFunction(Place place, HostReader device, FileIdentity identity)
    {

        var power = _power[place.Address] = ReadPower(device);
        var instance = new DeviceInstance(place.Address, identity);
        var lasting = _files.Noting(() => _memory.Lasting.GetValueOrDefault(instance) ?? ReadLasting(place, device), out var isWhole);
        var driver = ReadDriver(device);
        var group = device.LinkName("iommu_group");
        var enabled = new Lazy<int?>(() => device.Value<int>("enable", Number.TryParse), LazyThreadSafetyMode.None);
        var removalWaits = driver is null && group is not null && !IsBridge(lasting) && enabled.Value > 0 && UnbindPending(device, group);
        var slow = _files.Noting(() => device.MayBlock("", () => ReadWhatMayBlock(place, device, power, lasting, removalWaits, driver)), out var isSlowWhole);
        var learned = slow is null || (lasting.Link is not null && ReferenceEquals(slow.Config, lasting.Config))
            ? lasting
            : lasting with { Config = slow.Config ?? lasting.Config, Link = slow.Link ?? lasting.Link };
        if (isWhole)
        {
            // What was read with trouble is read anew, so that the trouble is told as long as it lasts.
            _lasting[instance] = isSlowWhole ? learned : lasting;
        }

        var function = learned with
        {
            Power = power,
            Link = slow?.Link,
            HeaderType = learned.Config?.HeaderType ?? HeaderTypeWithoutConfig(device, learned.Class, isSlowWhole),
            Driver = driver,
            DriverOverride = slow?.DriverOverride,
            Mediated = slow?.Mediated,
            Group = group,
            UnbindPending = removalWaits,
            Slot = _slots.GetValueOrDefault(SlotOf(place.Address)),
        };
        return function.IsEndpoint ? WithWhatEndpointsHave(function, device, enabled.Value) : function with { Link = null };
    }

    private static PciPower ReadPower(HostReader device) => new()
    {
        State = device.Text("power_state"),
        RuntimeStatus = device.Noting(() => device.Text("power/runtime_status"), out var isComplete),
        RuntimeStatusComplete = isComplete,
        D3coldAllowed = device.Value<bool>("d3cold_allowed", Flag.TryParse),
    };

    /// <summary>What stays as it is as long as the device stays.</summary>
    private static PciFunction ReadLasting(Place place, HostReader device) => new()
    {
        Address = place.Address,
        Path = place.Path,
        Power = new PciPower(),
        Vendor = device.Value<ushort>("vendor", Hex.TryParseId),
        Device = device.Value<ushort>("device", Hex.TryParseId),
        Class = device.Value<PciClass>("class", PciClass.TryParse),
        Revision = device.Value<ushort>("revision", Hex.TryParseId),
        Subsystem = PciId.From(device.Value<ushort>("subsystem_vendor", Hex.TryParseId), device.Value<ushort>("subsystem_device", Hex.TryParseId)),
        NumaNode = device.Value<int>("numa_node", Number.TryParse) is { } node and >= 0 ? node : null,
        Label = device.Text("label"),
        BootVga = device.Value<bool>("boot_vga", Flag.TryParse),
        PhysicalFunction = device.LinkName("physfn") is { } name && PciAddress.TryParse(name, out var physical) ? physical : null,
        TotalVirtualFunctions = device.Value<int>("sriov_totalvfs", Number.TryParse),
        Aer = device.Exists("aer_dev_correctable") == true ? new AerCounters() : null,
    };

    private PciFunction WithWhatEndpointsHave(PciFunction function, HostReader device, int? enabled)
    {
        var guest = function.Driver?.IsVfio == true && enabled > 0 ? ReadGuestInterrupts(function.Address, device) : null;
        return function with
        {
            ResetMethods = ReadResetMethods(device),
            EnableCount = enabled,
            GuestInterrupts = guest?.Mode,
            GuestInterrupted = guest?.Delivered > 0 ? true : guest?.Delivered is null ? null : false,
            Aer = function.Aer is null ? null : ReadAer(device),
            VirtualFunctions = function.TotalVirtualFunctions is null ? null : device.Names("")?.Count(IsVirtualFunctionLink),
        };
    }

    /// <summary>Nothing that is asked of any other function; what is refused here is unknown and keeps nothing else from being told.</summary>
    private GuestInterrupts? ReadGuestInterrupts(PciAddress address, HostReader device)
    {
        var interrupts = GuestInterrupts.Read(address, device.WithOwnIssues());
        if (interrupts?.Delivered is { } delivered)
        {
            _interrupts.Add(new GuestInterruptCount(address, delivered));
        }

        return interrupts;
    }

    /// <summary>VFIO takes no bridge, so no process holds one. A driver below enables the bridges above, which have no driver as often as not.</summary>
    private static bool IsBridge(PciFunction lasting) => lasting.Class?.BaseAndSub == 0x0604;

    /// <summary>
    /// A function that is enabled, has no driver any more and is in a group that VFIO still knows is being unbound, and that waits,
    /// with the device lock, until whoever has it open lets go (vfio_unregister_group_dev). A reader of <c>driver_override</c> would
    /// wait as long, and could not even be killed.
    /// </summary>
    private bool UnbindPending(HostReader device, string group)
    {
        var waits = _files.Exists($"sys/class/vfio/{group}") == true || _files.Exists($"sys/class/vfio/noiommu-{group}") == true;
        if (waits)
        {
            device.ReportUnresolved("driver_override", "not read while the function is enabled without a driver: its removal waits for the process that has it open");
        }

        return waits;
    }

    /// <summary>What takes the device lock, or resumes the device and the bridge above, or waits while either is being reset.</summary>
    private MayBlockFacts ReadWhatMayBlock(Place place, HostReader device, PciPower power, PciFunction lasting, bool removalWaits, PciDriver? driver)
    {
        var awakeAbove = place.Path.Ancestors.All(above => !_power.TryGetValue(above, out var it) || it.ChildConfigReadIsSafe);
        var driverOverride = removalWaits ? null : device.Text("driver_override");
        return new MayBlockFacts(
            driverOverride is "(null)" or "" ? null : driverOverride,
            awakeAbove && power.IsAwake ? ReadLink(device, lasting.Link) : null,
            awakeAbove && power.ConfigReadIsSafe ? ReadConfig(device, lasting.Config) : lasting.Config,
            MayOfferParts(lasting, driver) ? MediatedSupport.Read(device, awakeAbove && power.IsAwake) : MediatedSupport.None);
    }

    /// <summary>vfio-pci offers none; no other driver of a device of another kind is known to.</summary>
    private static bool MayOfferParts(PciFunction lasting, PciDriver? driver) =>
        driver is not null && !PciDriver.IsVfioName(driver.Name) && lasting.Kind is (DeviceKind.Gpu or DeviceKind.Accelerator);

    /// <summary>Once; after that only what anybody can switch with setpci, so that a read costs what the capability is away from the start.</summary>
    private static ConfigSpace? ReadConfig(HostReader device, ConfigSpace? known) =>
        known is null ? device.Parsed("config", ConfigSpace.ExtendedBytes, bytes => ConfigSpace.TryParse(bytes, out var config) ? config : null)
        : known.AccessControl is { } before && ReadAccessControl(device, before) is { } now && now != before ? known with { AccessControl = now }
        : known;

    [SkipLocalsInit]
    private static AccessControl? ReadAccessControl(HostReader device, AccessControl known)
    {
        Span<byte> bytes = stackalloc byte[ConfigSpace.ExtendedBytes];
        bytes = bytes[..Math.Min(known.End, bytes.Length)];
        return device.Start("config", bytes) is { } read ? AccessControl.At(bytes[..read], known.Offset) : null;
    }

    /// <summary>A virtual function and an integrated endpoint have the files and no link: their registers read 0.</summary>
    private static LinkFacts ReadLink(HostReader device, LinkFacts? known)
    {
        var most = known ?? new LinkFacts
        {
            MaxWidth = ReadWidth(device, "max_link_width") is { } lanes and > 0 ? lanes : null,
            MaxSpeed = ReadSpeed(device, "max_link_speed"),
        };
        return most.MaxWidth is null
            ? new LinkFacts()
            : most with { Speed = ReadSpeed(device, "current_link_speed"), Width = ReadWidth(device, "current_link_width") };
    }

    private static double? ReadSpeed(HostReader device, string name) =>
        device.Value<double>(name, LinkFacts.TryParseSpeed) is { } speed && !double.IsNaN(speed) ? speed : null;

    private static int? ReadWidth(HostReader device, string name) => device.Value<int>(name, LinkFacts.TryParseWidth) is { } lanes and >= 0 ? lanes : null;

    /// <summary>VFIO shows itself in <c>vfio-dev/</c> whatever the driver is called; looked for where the name does not tell.</summary>
    private static PciDriver? ReadDriver(HostReader device) =>
        device.LinkName("driver") is { } name
            ? new PciDriver(name, PciDriver.IsVfioName(name) || device.Exists("vfio-dev") == true)
            : null;

    private static EquatableArray<string>? ReadResetMethods(HostReader device) =>
        device.Text("reset_method") is { } methods ? [.. methods.Split(' ', StringSplitOptions.RemoveEmptyEntries)] : null;

    private static bool IsOrMayBeVfios(PciFunction function) =>
        function.Driver?.IsVfio == true || (function.DriverOverride is { } driver && PciDriver.IsVfioName(driver));

    /// <summary>Of ports above functions that VFIO has: nobody asks for those of the others, and a host has dozens.</summary>
    private AerCounters? ReadPortErrors(PciFunction port, HashSet<PciAddress> wanted) =>
        port.Aer is not null && wanted.Contains(port.Address) ? _files.In(port.Path.Directory, ReadAer) : null;

    private static AerCounters ReadAer(HostReader device) => new()
    {
        Correctable = device.Value<ulong>("aer_dev_correctable", AerCounters.TryParseTotal),
        Nonfatal = device.Value<ulong>("aer_dev_nonfatal", AerCounters.TryParseTotal),
        Fatal = device.Value<ulong>("aer_dev_fatal", AerCounters.TryParseTotal),
    };

    private static bool IsVirtualFunctionLink(string name) =>
        name.StartsWith("virtfn", StringComparison.Ordinal) && name.Length > 6 && !name.AsSpan(6).ContainsAnyExceptInRange('0', '9');

    /// <summary>
    /// The class can lie (host bridges with a type 1 header exist), so it is asked last: bridges alone have bus numbers in
    /// sysfs, and those files need not be read, which would wake the bridge.
    /// </summary>
    private static byte? HeaderTypeWithoutConfig(HostReader device, PciClass? code, bool configTold) => code?.BaseAndSub switch
    {
        0x0607 => 2,
        _ when device.Exists("secondary_bus_number") is not false and var isBridge => isBridge == true ? 1 : null,
        0x0604 or 0x0609 => configTold ? 1 : null,
        null => null,
        _ => 0,
    };

    private static PciFunction WithWhatNeedsTheOthers(PciFunction function, int inSlot, PciNames names) => function with
    {
        VendorName = function.Vendor is { } vendor ? names.Vendor(vendor) : null,
        DeviceName = function.Id is { } id ? names.Device(id) : null,
        Multifunction = IsMultifunction(function, inSlot),
    };

    private static bool? IsMultifunction(PciFunction function, int inSlot) => function switch
    {
        { IsVirtual: true } => false,
        { Address.Function: > 0 } => true,
        _ => inSlot > 1 ? true : function.Config?.Multifunction,
    };

    /// <summary>Names by slot. The file has no function, <c>0000:05:00</c>, and no device either where the slot is a whole bus.</summary>
    private Dictionary<PciAddress, string> ReadSlots()
    {
        var slots = new Dictionary<PciAddress, string>();
        foreach (var name in _files.Names("sys/bus/pci/slots") ?? [])
        {
            if (_files.Text($"sys/bus/pci/slots/{name}/address") is { } address && PciAddress.TryParse($"{address}.0", out var slot))
            {
                slots.TryAdd(slot, name);
            }
        }

        return slots;
    }

    /// <summary>Port services are named after their port: <c>0000:00:01.0:pcie004</c>. Without the driver there are none.</summary>
    private EquatableArray<PciAddress>? ReadHotplugPorts()
    {
        const string driver = "sys/bus/pci_express/drivers/pciehp";
        var ports = ImmutableArray.CreateBuilder<PciAddress>();
        if (_files.Names(driver) is not { } services)
        {
            return _files.Exists(driver) == false ? [] : null;
        }

        foreach (var service in services)
        {
            if (PciAddress.TryParse(service.AsSpan(0, Math.Max(0, service.LastIndexOf(':'))), out var port))
            {
                ports.Add(port);
            }
        }

        ports.Sort();
        return ports.DrainToImmutable();
    }

    /// <summary>A slot goes by the address of its function 0.</summary>
    private static PciAddress SlotOf(PciAddress address) => address with { Function = 0 };

    private sealed record Place(PciAddress Address, PciPath Path);

    private sealed record MayBlockFacts(string? DriverOverride, LinkFacts? Link, ConfigSpace? Config, MediatedSupport? Mediated);
}

/// <summary>The functions, and what to remember of them.</summary>
internal sealed record PciReading(PciFacts Facts, PciCache Memory)
{
    public EquatableArray<GuestInterruptCount> Interrupts { get; init; } = [];
}
