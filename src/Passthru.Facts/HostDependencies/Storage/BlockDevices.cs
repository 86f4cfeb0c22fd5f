using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// Block devices by their number and by their names. Sources: the links in <c>/sys/dev/block</c> and <c>/sys/class/block</c>,
/// <c>dm/name</c> of device-mapper devices, links below <c>/dev</c>.
/// </summary>
internal sealed class BlockDevices(HostReader files)
{
    private const string ByNumbers = "sys/dev/block";
    private const string ByNames = "sys/class/block";
    private const int MaxLinks = 8;
    private readonly Dictionary<string, BlockLayer?> _byLink = new(StringComparer.Ordinal);
    private Dictionary<string, BlockLayer>? _mapped;

    /// <summary>The device of a number, <c>8:2</c>; null when there is none.</summary>
    public BlockLayer? ByNumber(string number) => ByLink($"{ByNumbers}/{number}");

    /// <summary>The device of a name in the kernel, <c>sda2</c>.</summary>
    public BlockLayer? ByName(string name) => DevicePath.IsName(name) ? ByLink($"{ByNames}/{name}") : null;

    /// <summary>The device that a node stands for: <c>/dev/sda2</c>, <c>/dev/mapper/pve-root</c>, <c>/dev/disk/by-uuid/…</c>.</summary>
    public BlockLayer? ByNode(string node)
    {
        const string dev = "dev/";
        var path = node.TrimStart('/');
        for (var link = 0; link < MaxLinks && path.StartsWith(dev, StringComparison.Ordinal); link++)
        {
            var name = path[dev.Length..];
            if ((Mapped(name) ?? ByName(name.Replace('/', '!'))) is { } device)
            {
                return device;
            }

            if (files.Link(path) is not { } target)
            {
                return name.Split('/') is [var group, var volume] ? Mapped($"mapper/{MappedName(group, volume)}") : null;
            }

            path = SymlinkPath.Resolve(path, target);
        }

        return null;
    }

    /// <summary>A device by the directory that a link in sysfs led to.</summary>
    public BlockLayer At(string directory)
    {
        var name = DevicePath.NameOf(directory);
        var mapped = name.StartsWith("dm-", StringComparison.Ordinal) ? files.Text($"{directory}/dm/name") : null;
        return new BlockLayer(string.IsNullOrEmpty(mapped) ? name.Replace('!', '/') : mapped, directory);
    }

    /// <summary>The name that LVM gives a volume in device-mapper: dashes are doubled (dm_build_dm_name in lvm2).</summary>
    public static string MappedName(string group, string volume) => $"{Doubled(group)}-{Doubled(volume)}";

    /// <summary>Whole disks that hang on a PCI function, by their names.</summary>
    public IEnumerable<Disk> Disks()
    {
        foreach (var name in files.Names(ByNames) ?? [])
        {
            if (ByName(name) is { } device && !DevicePath.IsVirtual(device.Directory) && DevicePath.FunctionOn(device.Directory) is { } function && IsWhole(device))
            {
                yield return new Disk(name, function);
            }
        }
    }

    /// <summary>Devices that software makes of others: <c>dm-0</c>, <c>md0</c>, <c>drbd1000</c>, <c>loop0</c>.</summary>
    public IEnumerable<BlockLayer> Virtual() =>
        (files.Names(ByNames) ?? []).Select(ByName).OfType<BlockLayer>().Where(device => DevicePath.IsVirtual(device.Directory));

    /// <summary>A partition's directory lies in that of its disk: <c>…/sda/sda1</c>. The hidden path of a multipath NVMe disk is none.</summary>
    private bool IsWhole(BlockLayer device) => ByName(DevicePath.NameOf(DevicePath.ParentOf(device.Directory)))?.Directory != DevicePath.ParentOf(device.Directory);

    private static string Doubled(string name) => name.Replace("-", "--", StringComparison.Ordinal);

    /// <summary>Every block device with its number.</summary>
    public IEnumerable<(string Number, BlockLayer Device)> All()
    {
        foreach (var number in files.Names(ByNumbers) ?? [])
        {
            if (ByNumber(number) is { } device)
            {
                yield return (number, device);
            }
        }
    }

    private BlockLayer? ByLink(string link)
    {
        if (!_byLink.TryGetValue(link, out var device))
        {
            device = files.Link(link) is { } target ? At(SymlinkPath.Resolve(link, target)) : null;
            _byLink[link] = device;
        }

        return device;
    }

    /// <summary><c>mapper/pve-root</c>; udev writes what is not plain as <c>\x20</c>.</summary>
    private BlockLayer? Mapped(string name)
    {
        const string mapper = "mapper/";
        if (!name.StartsWith(mapper, StringComparison.Ordinal))
        {
            return null;
        }

        _mapped ??= MappedDevices();
        return _mapped.GetValueOrDefault(HexEscapes.Decode(name[mapper.Length..]));
    }

    private Dictionary<string, BlockLayer> MappedDevices()
    {
        var mapped = new Dictionary<string, BlockLayer>(StringComparer.Ordinal);
        foreach (var name in (files.Names(ByNames) ?? []).Where(name => name.StartsWith("dm-", StringComparison.Ordinal)))
        {
            if (ByName(name) is { } device)
            {
                mapped[device.Name] = device;
            }
        }

        return mapped;
    }
}
