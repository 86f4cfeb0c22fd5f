using System.Collections.Immutable;
using Passthru.Facts.Files;

namespace Passthru.Facts.Pci;

/// <summary>Reads every function below <c>/sys/bus/pci/devices</c>.</summary>
internal sealed class PciReader
{
    private const string Devices = "sys/bus/pci/devices";
    private readonly HostFiles _files;
    private readonly PciMemory _memory;
    private readonly Dictionary<DeviceInstance, PciFunction> _lasting = [];
    private readonly List<PciAddress> _unseen = [];
    private Dictionary<PciAddress, Found> _found = [];
    private Dictionary<string, string> _slots = [];

    private PciReader(HostFiles files, PciMemory memory)
    {
        _files = files;
        _memory = memory;
    }

    public static PciReading Read(HostFiles files, PciMemory memory) => new PciReader(files, memory).Read();

    private PciReading Read()
    {
        _slots = ReadSlots();
        var names = _files.Names(Devices);
        _found = FindAll(names ?? []).ToDictionary(found => found.Address);
        var functions = _found.Values.Select(ReadFunction).OrderBy(function => function.Address).ToList();
        var ids = _memory.Names.With(functions.Select(function => function.Id).OfType<PciId>().ToHashSet(), _files);
        var bySlot = functions.Where(function => !function.IsVirtual).ToLookup(function => SlotAddress(function.Address), function => function.Address);
        var named = functions.Select(function => WithWhatNeedsTheOthers(function, bySlot, ids));
        var facts = new PciFacts { Functions = [.. named], IsListed = names is not null, Unseen = [.. _unseen] };
        return new PciReading(facts, new PciMemory { Lasting = _lasting, Names = ids });
    }

    /// <summary>A function that has gone since the directory was listed is not found, and no trouble.</summary>
    private IEnumerable<Found> FindAll(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (!PciAddress.TryParse(name, out var address))
            {
                _files.NotUnderstood($"{Devices}/{name}", name);
                continue;
            }

            var link = $"{Devices}/{name}";
            var path = _files.Link(link) is { } target ? PciPath.OfLink(target) : PciPath.Unlinked(link);
            if (NotingTrouble(() => _files.Identity(path.Directory), out var isWhole) is { } identity)
            {
                yield return new Found(address, path, identity, ReadPower(path.Directory));
            }
            else if (!isWhole)
            {
                _unseen.Add(address);
            }
        }
    }

    private PciPower ReadPower(string directory) => new()
    {
        State = _files.Text($"{directory}/power_state"),
        RuntimeStatus = _files.Text($"{directory}/power/runtime_status"),
        D3coldAllowed = _files.Value<bool>($"{directory}/d3cold_allowed", Flag.TryParse),
    };

    private PciFunction ReadFunction(Found found)
    {
        var directory = found.Path.Directory;
        var lasting = NotingTrouble(() => Recall(found), out var isWhole);
        var driver = ReadDriver(directory);
        var group = _files.LinkName($"{directory}/iommu_group");
        var removalWaits = driver is null && group is not null && RemovalWaits(directory, group);
        var slow = NotingTrouble(() => _files.MayBlock(directory, () => ReadWhatMayBlock(found, lasting, removalWaits)), out var isSlowWhole);
        var learned = lasting with { Config = slow?.Config ?? lasting.Config, Link = slow?.Link ?? lasting.Link };
        if (isWhole)
        {
            // What was read with trouble is read anew, so that the trouble is told as long as it lasts.
            _lasting[new DeviceInstance(found.Address, found.Identity, lasting.Id)] = isSlowWhole ? learned : lasting;
        }

        var function = learned with
        {
            Power = found.Power,
            Link = slow?.Link,
            HeaderType = learned.Config?.HeaderType ?? HeaderTypeWithoutConfig(directory, learned.Class),
            Driver = driver,
            DriverOverride = slow?.DriverOverride,
            Group = group,
            RemovalWaits = removalWaits,
            Slot = _slots.GetValueOrDefault(SlotAddress(found.Address)),
        };
        return function.IsEndpoint ? WithWhatEndpointsHave(function) : function with { Link = null, Aer = null };
    }

    /// <summary>What stays as it is as long as the device stays: remembered, or read.</summary>
    private PciFunction Recall(Found found)
    {
        var directory = found.Path.Directory;
        var vendor = _files.Value<ushort>($"{directory}/vendor", Hex.TryParseId);
        var device = _files.Value<ushort>($"{directory}/device", Hex.TryParseId);
        var instance = new DeviceInstance(found.Address, found.Identity, PciId.Of(vendor, device));
        return _memory.Lasting.TryGetValue(instance, out var known) ? known : ReadLasting(found, vendor, device);
    }

    private PciFunction ReadLasting(Found found, ushort? vendor, ushort? device)
    {
        var directory = found.Path.Directory;
        return new PciFunction
        {
            Address = found.Address,
            Path = found.Path,
            Power = new PciPower(),
            Vendor = vendor,
            Device = device,
            Class = _files.Value<PciClass>($"{directory}/class", PciClass.TryParse),
            Revision = _files.Value<ushort>($"{directory}/revision", Hex.TryParseId),
            Subsystem = PciId.Of(
                _files.Value<ushort>($"{directory}/subsystem_vendor", Hex.TryParseId),
                _files.Value<ushort>($"{directory}/subsystem_device", Hex.TryParseId)),
            NumaNode = _files.Value<int>($"{directory}/numa_node", Number.TryParse) is { } node and >= 0 ? node : null,
            Label = _files.Text($"{directory}/label"),
            BootVga = _files.Value<bool>($"{directory}/boot_vga", Flag.TryParse),
            PhysicalFunction = ReadPhysicalFunction(directory),
            TotalVirtualFunctions = _files.Value<int>($"{directory}/sriov_totalvfs", Number.TryParse),
            Aer = _files.Exists($"{directory}/aer_dev_correctable") == true ? new AerCounters() : null,
        };
    }

    private T NotingTrouble<T>(Func<T> read, out bool isWhole)
    {
        var before = _files.Issues.Count;
        var value = read();
        isWhole = _files.Issues.Count == before;
        return value;
    }

    private PciFunction WithWhatEndpointsHave(PciFunction function)
    {
        var directory = function.Path.Directory;
        return function with
        {
            ResetMethods = ReadResetMethods(directory),
            EnableCount = _files.Value<int>($"{directory}/enable", Number.TryParse),
            Aer = function.Aer is null ? null : ReadAer(directory),
            VirtualFunctions = function.TotalVirtualFunctions is null ? null : _files.Names(directory)?.Count(IsVirtualFunctionLink),
        };
    }

    /// <summary>
    /// A function that is enabled, has no driver any more and is in a group that VFIO still knows is being unbound, and that waits,
    /// with the device lock, until whoever has it open lets go (vfio_unregister_group_dev). A reader of <c>driver_override</c> would
    /// wait as long, and could not even be killed.
    /// </summary>
    private bool RemovalWaits(string directory, string group)
    {
        var waits = _files.Value<int>($"{directory}/enable", Number.TryParse) > 0
            && (_files.Exists($"sys/class/vfio/{group}") == true || _files.Exists($"sys/class/vfio/noiommu-{group}") == true);
        if (waits)
        {
            _files.CannotTell($"{directory}/driver_override", "not read while the function is enabled without a driver: its removal waits for whoever has it open");
        }

        return waits;
    }

    /// <summary>What takes the device lock, or resumes the device and the bridge above, or waits while either is being reset.</summary>
    private MayBlockFacts ReadWhatMayBlock(Found found, PciFunction lasting, bool removalWaits)
    {
        var directory = found.Path.Directory;
        var awakeAbove = found.Path.Above.All(above => !_found.TryGetValue(above, out var it) || it.Power.StaysAsItIsForChildren);
        var driverOverride = removalWaits ? null : _files.Text($"{directory}/driver_override");
        return new MayBlockFacts(
            driverOverride is "(null)" or "" ? null : driverOverride,
            awakeAbove && found.Power.IsAwake ? ReadLink(directory, lasting.Link) : null,
            lasting.Config ?? (awakeAbove && found.Power.StaysAsItIs ? ReadConfig(directory) : null));
    }

    private ConfigSpace? ReadConfig(string directory) =>
        _files.Bytes($"{directory}/config", ConfigSpace.ExtendedBytes) is { } bytes && ConfigSpace.TryParse(bytes, out var config) ? config : null;

    /// <summary>A virtual function and an integrated endpoint have the files and no link: their registers read 0.</summary>
    private LinkFacts ReadLink(string directory, LinkFacts? known)
    {
        var most = known ?? new LinkFacts
        {
            MaxWidth = ReadWidth($"{directory}/max_link_width") is { } lanes and > 0 ? lanes : null,
            MaxSpeed = ReadSpeed($"{directory}/max_link_speed"),
        };
        return most.MaxWidth is null
            ? new LinkFacts()
            : most with { Speed = ReadSpeed($"{directory}/current_link_speed"), Width = ReadWidth($"{directory}/current_link_width") };
    }

    private double? ReadSpeed(string path) =>
        _files.Value<double>(path, LinkFacts.TryParseSpeed) is { } speed && !double.IsNaN(speed) ? speed : null;

    private int? ReadWidth(string path) => _files.Value<int>(path, LinkFacts.TryParseWidth) is { } lanes and >= 0 ? lanes : null;

    /// <summary>VFIO shows itself in <c>vfio-dev/</c> whatever the driver is called; looked for where the name does not tell.</summary>
    private PciDriver? ReadDriver(string directory) =>
        _files.LinkName($"{directory}/driver") is { } name
            ? new PciDriver(name, PciDriver.IsVfioName(name) || _files.Exists($"{directory}/vfio-dev") == true)
            : null;

    private ImmutableArray<string>? ReadResetMethods(string directory) =>
        _files.Text($"{directory}/reset_method") is { } methods ? [.. methods.Split(' ', StringSplitOptions.RemoveEmptyEntries)] : null;

    private AerCounters ReadAer(string directory) => new()
    {
        Correctable = _files.Value<ulong>($"{directory}/aer_dev_correctable", AerCounters.TryParseTotal),
        Nonfatal = _files.Value<ulong>($"{directory}/aer_dev_nonfatal", AerCounters.TryParseTotal),
        Fatal = _files.Value<ulong>($"{directory}/aer_dev_fatal", AerCounters.TryParseTotal),
    };

    private PciAddress? ReadPhysicalFunction(string directory) =>
        _files.LinkName($"{directory}/physfn") is { } name && PciAddress.TryParse(name, out var address) ? address : null;

    private static bool IsVirtualFunctionLink(string name) =>
        name.StartsWith("virtfn", StringComparison.Ordinal) && name.Length > 6 && !name.AsSpan(6).ContainsAnyExceptInRange('0', '9');

    /// <summary>
    /// The class can lie (host bridges with a type 1 header exist), so it is asked last: bridges alone have bus numbers in
    /// sysfs, and those files need not be read, which would wake the bridge.
    /// </summary>
    private byte? HeaderTypeWithoutConfig(string directory, PciClass? code) => code?.BaseAndSub switch
    {
        0x0607 => 2,
        _ when _files.Exists($"{directory}/secondary_bus_number") == true => 1,
        0x0604 or 0x0609 => 1,
        null => null,
        _ => 0,
    };

    private static PciFunction WithWhatNeedsTheOthers(PciFunction function, ILookup<string, PciAddress> bySlot, PciNames names) => function with
    {
        VendorName = function.Vendor is { } vendor ? names.Vendor(vendor) : null,
        DeviceName = function.Id is { } id ? names.Device(id) : null,
        Multifunction = IsMultifunction(function, bySlot[SlotAddress(function.Address)].Count()),
    };

    private static bool? IsMultifunction(PciFunction function, int inSlot) => function switch
    {
        { IsVirtual: true } => false,
        { Address.Function: > 0 } => true,
        _ => inSlot > 1 ? true : function.Config?.Multifunction,
    };

    private Dictionary<string, string> ReadSlots()
    {
        var slots = new Dictionary<string, string>();
        foreach (var name in _files.Names("sys/bus/pci/slots") ?? [])
        {
            if (_files.Text($"sys/bus/pci/slots/{name}/address") is { Length: > 0 } address)
            {
                slots.TryAdd(address, name);
            }
        }

        return slots;
    }

    /// <summary>A slot's address has no function: <c>0000:05:00</c>.</summary>
    private static string SlotAddress(PciAddress address) => address.ToString()[..^2];

    private sealed record Found(PciAddress Address, PciPath Path, FileIdentity Identity, PciPower Power);

    private sealed record MayBlockFacts(string? DriverOverride, LinkFacts? Link, ConfigSpace? Config);
}

/// <summary>The functions, and what to remember of them.</summary>
internal sealed record PciReading(PciFacts Facts, PciMemory Memory);
