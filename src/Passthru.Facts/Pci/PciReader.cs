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
        var vendor = _files.Value<ushort>($"{directory}/vendor", Hex.TryParseId);
        var device = _files.Value<ushort>($"{directory}/device", Hex.TryParseId);
        var code = _files.Value<PciClass>($"{directory}/class", PciClass.TryParse);
        var slow = _files.MayBlock(directory, () => ReadWhatMayBlock(found, PciId.Of(vendor, device)));
        var function = new PciFunction
        {
            Address = found.Address,
            Path = found.Path,
            Power = found.Power,
            Vendor = vendor,
            Device = device,
            Class = code,
            Revision = _files.Value<ushort>($"{directory}/revision", Hex.TryParseId),
            Slot = _slots.GetValueOrDefault(SlotAddress(found.Address)),
            Driver = ReadDriver(directory),
            DriverOverride = slow?.DriverOverride,
            Group = _files.LinkName($"{directory}/iommu_group"),
            PhysicalFunction = ReadPhysicalFunction(directory),
            Config = slow?.Config,
            HeaderType = HeaderTypeOf(slow?.Config, directory, code),
        };
        return function.IsEndpoint ? WithWhatEndpointsHave(function, slow?.Link) : function;
    }

    private PciFunction WithWhatEndpointsHave(PciFunction function, LinkFacts? link)
    {
        var directory = function.Path.Directory;
        var total = _files.Value<int>($"{directory}/sriov_totalvfs", Number.TryParse);
        return function with
        {
            Link = link,
            Subsystem = PciId.Of(
                _files.Value<ushort>($"{directory}/subsystem_vendor", Hex.TryParseId),
                _files.Value<ushort>($"{directory}/subsystem_device", Hex.TryParseId)),
            NumaNode = _files.Value<int>($"{directory}/numa_node", Number.TryParse) is { } node and >= 0 ? node : null,
            Label = _files.Text($"{directory}/label"),
            ResetMethods = ReadResetMethods(directory),
            EnableCount = _files.Value<int>($"{directory}/enable", Number.TryParse),
            BootVga = function.Class?.Base == 0x03 ? _files.Value<bool>($"{directory}/boot_vga", Flag.TryParse) : null,
            Aer = ReadAer(directory),
            TotalVirtualFunctions = total,
            VirtualFunctions = total is null ? null : _files.Names(directory)?.Count(IsVirtualFunctionLink),
        };
    }

    /// <summary>What takes the device lock, or resumes the device and the bridge above, or waits while either is being reset.</summary>
    private MayBlockFacts ReadWhatMayBlock(Found found, PciId? id)
    {
        var directory = found.Path.Directory;
        var awakeAbove = found.Path.Above.All(above => !_found.TryGetValue(above, out var it) || it.Power.StaysAsItIsForChildren);
        var driverOverride = _files.Text($"{directory}/driver_override");
        return new MayBlockFacts(
            driverOverride is "(null)" or "" ? null : driverOverride,
            awakeAbove && found.Power.IsAwake ? ReadLink(directory) : null,
            ReadConfig(found, id, mayRead: awakeAbove && found.Power.StaysAsItIs));
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

    /// <summary>A virtual function and an integrated endpoint have the files and no link: their registers read 0.</summary>
    private LinkFacts? ReadLink(string directory) =>
        ReadWidth($"{directory}/max_link_width") is { } lanes and > 0
            ? new LinkFacts
            {
                Speed = ReadSpeed($"{directory}/current_link_speed"),
                MaxSpeed = ReadSpeed($"{directory}/max_link_speed"),
                Width = ReadWidth($"{directory}/current_link_width"),
                MaxWidth = lanes,
            }
            : null;

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

    private AerCounters? ReadAer(string directory) =>
        _files.Exists($"{directory}/aer_dev_correctable") != true
            ? null
            : new AerCounters
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
    private byte? HeaderTypeOf(ConfigSpace? config, string directory, PciClass? code) => (config, code?.BaseAndSub) switch
    {
        ({ } seen, _) => seen.HeaderType,
        (_, 0x0607) => 2,
        _ when _files.Exists($"{directory}/secondary_bus_number") == true => 1,
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
