using System.Collections.Frozen;
using System.Collections.Immutable;
using Passthru.Facts.Files;

namespace Passthru.Facts.Pci;

/// <summary>Reads every function below <c>/sys/bus/pci/devices</c>.</summary>
internal sealed class PciReader
{
    private const string Devices = "sys/bus/pci/devices";
    private readonly HostFiles _files;
    private readonly PciMemory _memory;
    private readonly ImmutableDictionary<DeviceInstance, ConfigSpace>.Builder _config = ImmutableDictionary.CreateBuilder<DeviceInstance, ConfigSpace>();
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
        _found = FindAll().ToDictionary(found => found.Address);
        var functions = _found.Values.Select(ReadFunction).OrderBy(function => function.Address).ToList();
        var names = _memory.Names.With(functions.Select(function => function.Id).OfType<PciId>().ToHashSet(), _files);
        var named = functions.Select(function => WithWhatNeedsTheOthers(function, functions, names));
        var facts = new PciFacts { Functions = [.. named] };
        return new PciReading(facts, new PciMemory { Config = _config.ToImmutable(), Names = names });
    }

    /// <summary>A function that has gone since the directory was listed is not found, and no trouble.</summary>
    private IEnumerable<Found> FindAll()
    {
        foreach (var name in _files.Names(Devices) ?? [])
        {
            if (!PciAddress.TryParse(name, out var address))
            {
                _files.NotUnderstood($"{Devices}/{name}", name);
                continue;
            }

            var link = $"{Devices}/{name}";
            var path = _files.Link(link) is { } target ? PciPath.OfLink(target) : PciPath.Unlinked(link);
            if (_files.Identity(path.Directory) is { } identity)
            {
                yield return new Found(address, path, identity, ReadPower(path.Directory));
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
        var inside = _files.NameSet(directory) ?? FrozenSet<string>.Empty;
        var function = new PciFunction
        {
            Address = found.Address,
            Path = found.Path,
            Power = found.Power,
            Vendor = Id(inside, directory, "vendor"),
            Device = Id(inside, directory, "device"),
            Subsystem = ReadSubsystem(inside, directory),
            Revision = Id(inside, directory, "revision"),
            Class = inside.Contains("class") ? _files.Value<PciClass>($"{directory}/class", PciClass.TryParse) : null,
            NumaNode = ReadNumaNode(inside, directory),
            Label = inside.Contains("label") ? _files.Text($"{directory}/label") : null,
            Slot = _slots.GetValueOrDefault(SlotAddress(found.Address)),
            Driver = ReadDriver(inside, directory),
            Group = inside.Contains("iommu_group") ? _files.LinkName($"{directory}/iommu_group") : null,
            ResetMethods = ReadResetMethods(inside, directory),
            EnableCount = inside.Contains("enable") ? _files.Value<int>($"{directory}/enable", Number.TryParse) : null,
            BootVga = inside.Contains("boot_vga") ? _files.Value<bool>($"{directory}/boot_vga", Flag.TryParse) : null,
            Aer = ReadAer(inside, directory),
            PhysicalFunction = ReadPhysicalFunction(inside, directory),
            VirtualFunctions = inside.Contains("sriov_totalvfs") ? inside.Count(IsVirtualFunctionLink) : null,
            TotalVirtualFunctions = inside.Contains("sriov_totalvfs") ? _files.Value<int>($"{directory}/sriov_totalvfs", Number.TryParse) : null,
        };
        var slow = _files.MayBlock(directory, () => ReadWhatMayBlock(found, function.Id, inside));
        return function with
        {
            DriverOverride = slow?.DriverOverride,
            Link = slow?.Link,
            Config = slow?.Config,
            HeaderType = HeaderTypeOf(slow?.Config, inside, function.Class),
        };
    }

    /// <summary>What takes the device lock, or resumes the device and the bridge above, or waits while either is being reset.</summary>
    private MayBlockFacts ReadWhatMayBlock(Found found, PciId? id, IReadOnlySet<string> inside)
    {
        var directory = found.Path.Directory;
        var awakeAbove = found.Path.Above.All(above => !_found.TryGetValue(above, out var it) || it.Power.StaysAsItIsForChildren);
        var driverOverride = inside.Contains("driver_override") ? _files.Text($"{directory}/driver_override") : null;
        return new MayBlockFacts(
            driverOverride is "(null)" or "" ? null : driverOverride,
            awakeAbove && found.Power.IsAwake ? ReadLink(inside, directory) : null,
            ReadConfig(found, id, mayRead: awakeAbove && found.Power.StaysAsItIs && inside.Contains("config")));
    }

    private ConfigSpace? ReadConfig(Found found, PciId? id, bool mayRead)
    {
        var instance = new DeviceInstance(found.Address, found.Identity, id);
        if (!_memory.Config.TryGetValue(instance, out var config) && mayRead)
        {
            var bytes = _files.Bytes($"{found.Path.Directory}/config", ConfigSpace.ExtendedBytes);
            config = bytes is not null && ConfigSpace.TryParse(bytes, out var parsed) ? parsed : null;
        }

        if (config is not null)
        {
            _config[instance] = config;
        }

        return config;
    }

    private LinkFacts? ReadLink(IReadOnlySet<string> inside, string directory)
    {
        if (!inside.Contains("max_link_width"))
        {
            return null;
        }

        var link = new LinkFacts
        {
            Speed = ReadSpeed($"{directory}/current_link_speed"),
            MaxSpeed = ReadSpeed($"{directory}/max_link_speed"),
            Width = ReadWidth($"{directory}/current_link_width"),
            MaxWidth = ReadWidth($"{directory}/max_link_width"),
        };

        // A virtual function and an integrated endpoint have the files and no link: their registers read 0.
        return link.MaxWidth is null or 0 ? null : link;
    }

    private double? ReadSpeed(string path) =>
        _files.Value<double>(path, LinkFacts.TryParseSpeed) is { } speed && !double.IsNaN(speed) ? speed : null;

    private int? ReadWidth(string path) => _files.Value<int>(path, LinkFacts.TryParseWidth) is { } lanes and >= 0 ? lanes : null;

    private ushort? Id(IReadOnlySet<string> inside, string directory, string name) =>
        inside.Contains(name) ? _files.Value<ushort>($"{directory}/{name}", Hex.TryParseId) : null;

    private PciId? ReadSubsystem(IReadOnlySet<string> inside, string directory) =>
        Id(inside, directory, "subsystem_vendor") is { } vendor && Id(inside, directory, "subsystem_device") is { } device
            ? new PciId(vendor, device)
            : null;

    private int? ReadNumaNode(IReadOnlySet<string> inside, string directory) =>
        inside.Contains("numa_node") && _files.Value<int>($"{directory}/numa_node", Number.TryParse) is { } node and >= 0 ? node : null;

    private PciDriver? ReadDriver(IReadOnlySet<string> inside, string directory)
    {
        if (!inside.Contains("driver") || _files.LinkName($"{directory}/driver") is not { } name)
        {
            return null;
        }

        return new PciDriver(name, inside.Contains("vfio-dev") || PciDriver.IsVfioName(name));
    }

    private ImmutableArray<string>? ReadResetMethods(IReadOnlySet<string> inside, string directory) =>
        inside.Contains("reset_method") && _files.Text($"{directory}/reset_method") is { } methods
            ? [.. methods.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
            : null;

    private AerCounters? ReadAer(IReadOnlySet<string> inside, string directory) =>
        !inside.Contains("aer_dev_correctable")
            ? null
            : new AerCounters
            {
                Correctable = _files.Value<ulong>($"{directory}/aer_dev_correctable", AerCounters.TryParseTotal),
                Nonfatal = _files.Value<ulong>($"{directory}/aer_dev_nonfatal", AerCounters.TryParseTotal),
                Fatal = _files.Value<ulong>($"{directory}/aer_dev_fatal", AerCounters.TryParseTotal),
            };

    private PciAddress? ReadPhysicalFunction(IReadOnlySet<string> inside, string directory) =>
        inside.Contains("physfn") && _files.LinkName($"{directory}/physfn") is { } name && PciAddress.TryParse(name, out var address)
            ? address
            : null;

    private static bool IsVirtualFunctionLink(string name) =>
        name.StartsWith("virtfn", StringComparison.Ordinal) && name.Length > 6 && !name.AsSpan(6).ContainsAnyExceptInRange('0', '9');

    /// <summary>
    /// The class can lie (host bridges with a type 1 header exist), so it is asked last: bridges alone have bus numbers in
    /// sysfs, and those files need not be read, which would wake the bridge.
    /// </summary>
    private static byte? HeaderTypeOf(ConfigSpace? config, IReadOnlySet<string> inside, PciClass? code) => (config, code?.BaseAndSub) switch
    {
        ({ } seen, _) => seen.HeaderType,
        (_, 0x0607) => 2,
        _ when inside.Contains("secondary_bus_number") => 1,
        (_, 0x0604 or 0x0609) => 1,
        (_, null) => null,
        _ => 0,
    };

    private static PciFunction WithWhatNeedsTheOthers(PciFunction function, List<PciFunction> all, PciNames names) => function with
    {
        VendorName = function.Vendor is { } vendor ? names.Vendor(vendor) : null,
        DeviceName = function.Id is { } id ? names.Device(id) : null,
        Multifunction = IsMultifunction(function, all),
    };

    private static bool? IsMultifunction(PciFunction function, List<PciFunction> all)
    {
        if (function.IsVirtual)
        {
            return false;
        }

        var hasSiblings = all.Any(other => other.Address != function.Address && !other.IsVirtual && other.Address.SharesSlotWith(function.Address));
        return function.Address.Function > 0 || hasSiblings ? true : function.Config?.Multifunction;
    }

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
