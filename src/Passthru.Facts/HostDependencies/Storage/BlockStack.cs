using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// What a block device stands on. Sources, all in the device's directory: <c>partition</c>, <c>slaves/</c> (device-mapper, MD,
/// bcache, DRBD: bd_link_disk_holder in block/holder.c), <c>loop/backing_file</c>, <c>backing_dev</c> of zram; and its path.
/// </summary>
internal sealed class BlockStack(HostReader files, BlockDevices devices, ZfsPools pools)
{
    private readonly NvmePaths _nvme = new(files);
    private readonly IscsiPeers _iscsi = new(files);
    private readonly MdArrays _arrays = new(files, devices);
    private readonly DrbdResources _drbd = new(files, devices);
    private Dictionary<string, List<BlockLayer>>? _caches;

    public MdArrays Arrays => _arrays;

    /// <summary>The path is that of a device's node and not of a file: in <c>/dev</c>, but for files in shared memory.</summary>
    public bool IsNode(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) && devices.ByNode(path) is not null;

    public Backing Below(BlockLayer device)
    {
        if (files.NameSet(device.Directory) is not { } inside)
        {
            return Backing.Unknown("is gone");
        }

        if (inside.Contains("partition"))
        {
            return Backing.On(devices.At(DevicePath.ParentOf(device.Directory)));
        }

        var slaves = inside.Contains("slaves") ? Slaves(device) : [];
        if (slaves.Count > 0)
        {
            return Backing.On(slaves.Concat(slaves.SelectMany(CachesOf)).Distinct());
        }

        return Software(device, inside) ?? Hardware(device);
    }

    private List<BlockLayer> Slaves(BlockLayer device)
    {
        var directory = $"{device.Directory}/slaves";
        var slaves = new List<BlockLayer>();
        foreach (var name in files.Names(directory) ?? [])
        {
            if (files.Link($"{directory}/{name}") is { } target)
            {
                slaves.Add(devices.At(SymlinkPath.Resolve($"{directory}/{name}", target)));
            }
        }

        return slaves;
    }

    /// <summary>Devices of drivers that need no hardware. Null: not one of those.</summary>
    private Backing? Software(BlockLayer device, IReadOnlySet<string> inside)
    {
        if (!DevicePath.IsVirtual(device.Directory))
        {
            return null;
        }

        if (inside.Contains("loop"))
        {
            return files.Text($"{device.Directory}/loop/backing_file") is { Length: > 0 } file ? Backing.On(new FileLayer(file)) : Backing.Nothing;
        }

        var name = DevicePath.NameOf(device.Directory);
        return name.TrimEnd("0123456789".ToCharArray()) switch
        {
            "zram" => Zram(device),
            "loop" or "ram" or "dm-" => Backing.Nothing,
            _ when name.StartsWith("md", StringComparison.Ordinal) => _arrays.Below(device),
            "drbd" => _drbd.Below(),
            "zd" => pools.BelowVolume(device),
            _ when NvmePaths.IsHead(device.Directory) => _nvme.Below(device.Directory),
            _ => null,
        };
    }

    /// <summary>Memory, and with CONFIG_ZRAM_WRITEBACK perhaps a disk.</summary>
    private Backing Zram(BlockLayer device) => files.Text($"{device.Directory}/backing_dev") switch
    {
        null or "" or "none" => Backing.Nothing,
        var node => devices.ByNode(node) is { } backing ? Backing.On(backing) : Backing.Unknown($"no device {node}"),
    };

    private Backing Hardware(BlockLayer device)
    {
        if (DevicePath.FunctionOn(device.Directory) is { } function)
        {
            return Backing.On(new FunctionLayer(function));
        }

        if (_iscsi.Of(device.Directory) is { } peers)
        {
            return peers;
        }

        if (NvmePaths.IsOverNetwork(device.Directory))
        {
            return _nvme.BelowController(DevicePath.ParentOf(device.Directory));
        }

        return DevicePath.IsVirtual(device.Directory) ? Backing.Unknown("no file says what it stands on") : Backing.Nothing;
    }

    private List<BlockLayer> CachesOf(BlockLayer backing)
    {
        _caches ??= ReadCaches();
        return _caches.GetValueOrDefault(backing.Directory) ?? [];
    }

    /// <summary>
    /// A cache may hold what the disk behind it does not have yet. Source: <c>/sys/fs/bcache/UUID</c>, whose links
    /// <c>bdevN</c> and <c>cacheN</c> lead to <c>…/block/sdb/bcache</c>.
    /// </summary>
    private Dictionary<string, List<BlockLayer>> ReadCaches()
    {
        const string sets = "sys/fs/bcache";
        var caches = new Dictionary<string, List<BlockLayer>>(StringComparer.Ordinal);
        foreach (var set in (files.Names(sets) ?? []).Where(name => name.Length == 36).Select(name => $"{sets}/{name}"))
        {
            var names = files.Names(set) ?? [];
            var members = DevicesOf(set, names, "cache").ToList();
            foreach (var backing in DevicesOf(set, names, "bdev"))
            {
                caches[backing.Directory] = members;
            }
        }

        return caches;
    }

    private IEnumerable<BlockLayer> DevicesOf(string set, IEnumerable<string> names, string prefix)
    {
        foreach (var name in names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length))
        {
            if (char.IsAsciiDigit(name[prefix.Length]) && files.Link($"{set}/{name}") is { } target)
            {
                yield return devices.At(DevicePath.ParentOf(SymlinkPath.Resolve($"{set}/{name}", target)));
            }
        }
    }
}
