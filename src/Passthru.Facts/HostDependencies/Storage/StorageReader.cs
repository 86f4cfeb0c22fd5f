using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>From what uses storage down to functions.</summary>
internal sealed class StorageReader
{
    private readonly HostReader _files;
    private readonly DependencyCollector _found;
    private readonly Func<StackLayer, Backing> _belowNetwork;
    private readonly BlockDevices _devices;
    private readonly ZfsPools _pools;
    private readonly BlockStack _stack;
    private readonly FileSystems _fileSystems;
    private readonly UdevNotes _udev;
    private readonly MountTable? _mounts;
    private readonly HashSet<(string, string)> _mounted = [];

    private readonly bool _mountsTold;

    /// <param name="files">The door to the host.</param>
    /// <param name="found">Where to put what is found.</param>
    /// <param name="belowNetwork">What carries a <see cref="RemoteLayer"/>, and what is below that.</param>
    public StorageReader(HostReader files, DependencyCollector found, Func<StackLayer, Backing> belowNetwork)
    {
        _files = files;
        _found = found;
        _belowNetwork = belowNetwork;
        _devices = new BlockDevices(files);
        _udev = new UdevNotes(files, _devices);
        _pools = new ZfsPools(files, _devices, _udev);
        _stack = new BlockStack(files, _devices, _pools);
        _fileSystems = new FileSystems(files, _devices);
        _mounts = files.Noting(() => MountTable.Read(files), out _mountsTold);
        Disks = [.. _devices.Disks()];
        Volumes = new VmVolumes(files.WithOwnIssues());
    }

    /// <summary>Whole disks on PCI functions.</summary>
    public EquatableArray<Disk> Disks { get; }

    /// <summary>What guests call their disks.</summary>
    public VmVolumes Volumes { get; }

    /// <summary>The node is that of a block device.</summary>
    public bool IsDisk(string node) => _stack.IsNode(node);

    /// <summary>What the host's own files tell, without a look at any process.</summary>
    /// <param name="started">The partition that was started from, by its GUID.</param>
    public void Read(string? started)
    {
        ReadRoot();
        ReadMounts();
        ReadShares();
        ReadSwaps();
        ReadBootPartitions(started);
        if (_mountsTold)
        {
            // What is in use without a mount is known only where mounts are.
            ReadServices();
        }
    }

    /// <summary>Disks and volumes that a guest's configuration names, or that a process has open.</summary>
    /// <param name="kind">What for.</param>
    /// <param name="what">The start of the chain: <c>VM 101</c>.</param>
    /// <param name="owner">Whose they are.</param>
    /// <param name="paths">Nodes and files; those that are not there are passed over.</param>
    /// <param name="isSure">False: it may be so, by the word of an ordinary user.</param>
    public void Read(HostDependencyKind kind, string what, UseOwner owner, IEnumerable<string> paths, bool isSure = true)
    {
        var descent = new DependencyWalk(kind, Below, owner);
        foreach (var layer in paths.Select(OnPath).OfType<StackLayer>())
        {
            descent.From(what, Backing.On(layer));
        }

        if (isSure)
        {
            _found.Add(descent, [], null);
        }
        else
        {
            _found.Unresolved(kind, what, "an ordinary user's process has a file of this path open", descent.HostDependencies.Select(use => use.Function));
        }
    }

    /// <summary>Mounts of another namespace that the host does not have itself.</summary>
    /// <param name="mounts">The table of a process in it.</param>
    /// <param name="where">How to call it: <c>container 200</c>.</param>
    /// <param name="owner">The container; null: a service of the host.</param>
    public void Read(MountTable mounts, string where, UseOwner? owner)
    {
        var descent = new DependencyWalk(owner is null ? HostDependencyKind.FileSystem : HostDependencyKind.GuestDisk, Below, owner);
        foreach (var mount in mounts.Others.Prepend(mounts.Root).OfType<Mount>().Where(mount => mount.IsStorage && _mounted.Add(mount.FileSystem)))
        {
            descent.From($"{mount.Point} in {where}", _fileSystems.Below(mount));
        }

        _found.Add(descent, Functions, null);
    }

    /// <summary>Disks with the label of an OSD, while such a daemon runs: in a container it has nodes of its own, by other names.</summary>
    public void ReadLabelledOsds()
    {
        var descent = new DependencyWalk(HostDependencyKind.StorageService, Below);
        foreach (var note in _udev.All.Where(note => note.Type == "ceph_bluestore"))
        {
            descent.From("Ceph OSD", Backing.On(note.Device));
        }

        _found.AddWhereNothingElseIs(descent, Functions, null);
    }

    /// <summary>
    /// Stacks that run, on functions of which nothing else is known. Last of all: what is above them tells more.
    /// </summary>
    public void ReadStacks()
    {
        var descent = new DependencyWalk(HostDependencyKind.StorageService, Below);
        foreach (var (what, top) in new RunningStacks(_files, _devices, _stack).Read())
        {
            descent.From(what, Backing.On(top));
        }

        _found.AddWhereNothingElseIs(descent, Functions, null);
    }

    /// <summary>Functions that have disks: all that storage which can't be followed may lie on.</summary>
    public IEnumerable<PciAddress> Functions => Disks.Select(disk => disk.Function).Distinct();

    private void ReadRoot()
    {
        var descent = new DependencyWalk(HostDependencyKind.RootFileSystem, Below);
        if (_mounts?.Root is { } root)
        {
            _mounted.Add(root.FileSystem);
            descent.From("/", root.IsInMemory ? Backing.Nothing : _fileSystems.Below(root));
        }
        else if (_mounts is not null)
        {
            descent.From("/", Backing.Unknown("nothing is mounted there"));
        }

        if (_mounts?.IsWhole != true)
        {
            _found.Unresolved(HostDependencyKind.FileSystem, "mounts", "the table of mounts was not read in full");
        }

        _found.Add(descent, Functions, _mounts?.Path);
    }

    private void ReadMounts()
    {
        var descent = new DependencyWalk(HostDependencyKind.FileSystem, Below);
        foreach (var mount in (_mounts?.Others ?? []).Where(mount => mount.IsStorage && _mounted.Add(mount.FileSystem)))
        {
            descent.From(mount.Point, _fileSystems.Below(mount));
        }

        foreach (var journal in _fileSystems.Journals())
        {
            descent.From("journal of ext4", Backing.On(journal));
        }

        _found.Add(descent, Functions, _mounts?.Path);
    }

    /// <summary>One that can't be followed is not missed: the adapter it comes in by has an address of the host.</summary>
    private void ReadShares()
    {
        var descent = new DependencyWalk(HostDependencyKind.FileSystem, Below);
        foreach (var mount in (_mounts?.Others ?? []).Where(mount => mount.IsNfs))
        {
            descent.From(mount.Point, _fileSystems.Below(mount));
        }

        _found.AddUses(descent);
    }

    private void ReadSwaps()
    {
        var descent = new DependencyWalk(HostDependencyKind.Swap, Below);
        if (Swap.Read(_files) is not { } swaps)
        {
            _found.Unresolved(HostDependencyKind.Swap, "swap", "the table of swaps was not read in full");
            return;
        }

        foreach (var swap in swaps)
        {
            descent.From("swap", swap.IsFile ? Backing.On(new FileLayer(swap.Name)) : _fileSystems.OnNode(swap.Name));
        }

        _found.Add(descent, Functions, "proc/swaps");
    }

    private void ReadBootPartitions(string? started)
    {
        var descent = new DependencyWalk(HostDependencyKind.BootDisk, Below);
        foreach (var (what, source) in BootPartitions.Configured(_files, started))
        {
            if (OnSource(source) is { } device)
            {
                descent.From(what, Backing.On(device));
            }
        }

        _found.AddUses(descent);
    }

    /// <summary>Pools that are imported, disks that are exported, and those of Ceph.</summary>
    private void ReadServices()
    {
        var pools = new DependencyWalk(HostDependencyKind.StorageService, Below);
        foreach (var pool in _pools.Names)
        {
            pools.From("imported pool", Backing.On(new PoolLayer(pool)));
        }

        _found.AddWhereNothingElseIs(pools, Functions, "proc/spl/kstat/zfs");
        var descent = new DependencyWalk(HostDependencyKind.StorageService, Below);
        foreach (var (what, path) in StorageExports.Read(_files).Concat(CephDaemons.Read(_files)))
        {
            if (OnPath(path) is { } layer)
            {
                descent.From(what, Backing.On(layer));
            }
        }

        _found.Add(descent, Functions, null);
        foreach (var disk in _pools.Nameless())
        {
            _found.Unresolved(HostDependencyKind.StorageService, disk.Name, "its label names no ZFS pool, and a pool is imported", DevicePath.FunctionOn(disk.Directory));
        }
    }

    /// <summary>As fstab and boot loaders name a partition.</summary>
    private BlockLayer? OnSource(string source) => source.Split('=', 2) switch
    {
        ["UUID", var id] => _devices.ByNode($"/dev/disk/by-uuid/{id}") ?? Noted(note => note.Uuid == id),
        ["PARTUUID", var id] => _devices.ByNode($"/dev/disk/by-partuuid/{id}") ?? Noted(note => note.PartitionUuid == id),
        ["LABEL", var label] => _devices.ByNode($"/dev/disk/by-label/{label}"),
        ["PARTLABEL", var label] => _devices.ByNode($"/dev/disk/by-partlabel/{label}"),
        _ => _devices.ByNode(source),
    };

    private BlockLayer? Noted(Func<UdevNote, bool> isIt) => _udev.All.FirstOrDefault(isIt)?.Device;

    /// <summary>A node, a volume of a pool, or a file; null for a node that is not there.</summary>
    private StackLayer? OnPath(string path)
    {
        const string zvol = "/dev/zvol/";
        if (path.StartsWith(zvol, StringComparison.Ordinal))
        {
            return new PoolLayer(path[zvol.Length..].Split('/')[0]);
        }

        return _stack.IsNode(path) ? _devices.ByNode(path)
            : path.StartsWith("/dev/", StringComparison.Ordinal) || !path.StartsWith('/') ? null
            : new FileLayer(path);
    }

    private Backing Below(StackLayer layer) => layer switch
    {
        BlockLayer device => _stack.Below(device),
        ControllerLayer controller => new NvmePaths(_files).BelowController(controller.Directory),
        PoolLayer pool => _pools.Below(pool),
        FileLayer file => BelowFile(file.Name),
        _ => _belowNetwork(layer),
    };

    /// <summary>A loop device may lie over a node, wherever that is: in /dev, or bind-mounted into a directory of a pod.</summary>
    private Backing BelowFile(string path)
    {
        if (_stack.IsNode(path))
        {
            return _fileSystems.OnNode(path);
        }

        return _mounts?.Containing(path) switch
        {
            null => Backing.Unknown("no table of mounts"),
            { IsNodes: true } mount => _fileSystems.OnNode($"/dev{mount.Root.TrimEnd('/')}{path[mount.Point.Length..]}"),
            { IsInMemory: true } => Backing.Nothing,
            var mount => _fileSystems.Below(mount),
        };
    }
}
