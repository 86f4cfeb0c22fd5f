using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Storage;

/// <summary>
/// Block devices by their number and by their names. Sources: the links in <c>/sys/dev/block</c> and <c>/sys/class/block</c>,
/// <c>dm/name</c> of device-mapper devices, links below <c>/dev</c>.
/// </summary>
internal sealed class BlockDevices(HostFiles files)
{
    private const string ByNumbers = "sys/dev/block";
    private const string ByNames = "sys/class/block";
    private const int MostLinks = 8;
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
        for (var link = 0; link < MostLinks && path.StartsWith(dev, StringComparison.Ordinal); link++)
        {
            var name = path[dev.Length..];
            if ((Mapped(name) ?? ByName(name.Replace('/', '!'))) is { } device)
            {
                return device;
            }

            if (files.Link(path) is not { } target)
            {
                return null;
            }

            path = LinkPath.Resolve(path, target);
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
            device = files.Link(link) is { } target ? At(LinkPath.Resolve(link, target)) : null;
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
