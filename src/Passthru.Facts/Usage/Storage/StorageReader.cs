using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Storage;

/// <summary>From mounts and swaps down to functions.</summary>
internal sealed class StorageReader
{
    private readonly HostFiles _files;
    private readonly Func<Layer, Footing> _belowNetwork;
    private readonly BlockDevices _devices;
    private readonly ZfsPools _pools;
    private readonly BlockStack _stack;
    private readonly BtrfsVolumes _btrfs;
    private readonly MountTable? _mounts;

    /// <param name="files">The door to the host.</param>
    /// <param name="belowNetwork">What carries a <see cref="PeerLayer"/>, and what is below that.</param>
    public StorageReader(HostFiles files, Func<Layer, Footing> belowNetwork)
    {
        _files = files;
        _belowNetwork = belowNetwork;
        _devices = new BlockDevices(files);
        _pools = new ZfsPools(files, _devices);
        _stack = new BlockStack(files, _devices, _pools);
        _btrfs = new BtrfsVolumes(files, _devices);
        _mounts = MountTable.Read(files);
    }

    /// <summary>Adds what is used. False: not everything could be seen, or followed.</summary>
    public bool Read(List<Use> uses)
    {
        var swaps = Swap.Read(_files);
        ReadShares(uses);
        return ReadRoot(uses) & ReadOthers(uses) & ReadSwaps(uses, swaps ?? []) & _mounts?.IsWhole == true & swaps is not null;
    }

    private bool ReadRoot(List<Use> uses)
    {
        var descent = new Descent(UseKind.RootFileSystem, Below);
        if (_mounts?.Root is { } root)
        {
            descent.From("/", root.IsInMemory ? Footing.Nothing : Below(root));
        }
        else if (_mounts is not null)
        {
            descent.From("/", Footing.Unknown("nothing is mounted there"));
        }

        return Conclude(descent, uses);
    }

    private bool ReadOthers(List<Use> uses)
    {
        var descent = new Descent(UseKind.FileSystem, Below);
        var seen = new HashSet<(string, string)>();
        if (_mounts?.Root is { } root)
        {
            seen.Add(root.FileSystem);
        }

        foreach (var mount in (_mounts?.Others ?? []).Where(mount => mount.IsStorage && seen.Add(mount.FileSystem)))
        {
            descent.From(mount.Point, Below(mount));
        }

        foreach (var pool in _pools.Names)
        {
            descent.From("imported pool", Footing.On(new PoolLayer(pool)));
        }

        return Conclude(descent, uses);
    }

    /// <summary>One that can't be followed is not missed: the adapter it comes in by has an address of the host.</summary>
    private void ReadShares(List<Use> uses)
    {
        var descent = new Descent(UseKind.FileSystem, Below);
        foreach (var mount in (_mounts?.Others ?? []).Where(mount => mount.IsNfs))
        {
            descent.From(mount.Point, Below(mount));
        }

        uses.AddRange(descent.Uses);
    }

    private bool ReadSwaps(List<Use> uses, List<Swap> swaps)
    {
        var descent = new Descent(UseKind.Swap, Below);
        foreach (var swap in swaps)
        {
            descent.From("swap", swap.IsFile ? Footing.On(new FileLayer(swap.Name)) : OnNode(swap.Name));
        }

        return Conclude(descent, uses);
    }

    private bool Conclude(Descent descent, List<Use> uses)
    {
        uses.AddRange(descent.Uses);
        foreach (var why in descent.Untold)
        {
            _files.CannotTell(_mounts?.Path ?? "proc/swaps", why);
        }

        return descent.Untold.Count == 0;
    }

    private Footing Below(Layer layer) => layer switch
    {
        BlockLayer device => _stack.Below(device),
        ControllerLayer controller => new NvmePaths(_files).BelowController(controller.Directory),
        PoolLayer pool => _pools.Below(pool),
        FileLayer file => BelowFile(file),
        _ => _belowNetwork(layer),
    };

    private Footing BelowFile(FileLayer file) => _mounts?.Containing(file.Name) switch
    {
        null => Footing.Unknown("no table of mounts"),
        { IsInMemory: true } => Footing.Nothing,
        var mount => Below(mount),
    };

    private Footing Below(Mount mount) => mount switch
    {
        { HasBlockDevice: true } => _devices.ByNumber(mount.Number) is { } device ? Footing.On(device) : Footing.Unknown($"no block device {mount.Number}"),
        { Type: "zfs" } => Footing.On(new PoolLayer(mount.Source.Split('/')[0])),
        { Type: "btrfs" } => _btrfs.Below(mount.Source),
        { Type: "bcachefs" } => Together(mount.Source.Split(':').Select(OnNode)),
        { IsNfs: true } => IpAddress.TryParse(mount.Peer, out var peer) ? Footing.On(new PeerLayer(peer)) : Footing.Unknown("its server has no address"),
        _ when mount.Source.StartsWith("/dev/", StringComparison.Ordinal) => OnNode(mount.Source),
        _ => Footing.Unknown($"a file system of type {mount.Type}"),
    };

    private Footing OnNode(string node) => _devices.ByNode(node) is { } device ? Footing.On(device) : Footing.Unknown($"no device {node}");

    private static Footing Together(IEnumerable<Footing> footings)
    {
        var all = footings.ToList();
        return new Footing([.. all.SelectMany(footing => footing.Layers)], all.Select(footing => footing.Untold).FirstOrDefault(why => why is not null));
    }
}
