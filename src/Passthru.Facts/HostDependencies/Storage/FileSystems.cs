using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>What a mounted file system stands on: one row for each that has other disks than the one its number tells.</summary>
internal sealed class FileSystems(HostReader files, BlockDevices devices)
{
    private readonly BtrfsVolumes _btrfs = new(files, devices);
    private readonly BcachefsVolumes _bcachefs = new(files, devices);

    public Backing Below(Mount mount) => mount switch
    {
        { Type: "bcachefs" } => _bcachefs.Below(mount),
        { Type: "xfs" } => Backing.Together([OnNumber(mount.Number), .. mount.Option("logdev").Concat(mount.Option("rtdev")).Select(OnNode)]),
        { HasBlockDevice: true } => OnNumber(mount.Number),
        { Type: "zfs" } => Backing.On(new PoolLayer(mount.Source.Split('/', '@')[0])),
        { Type: "btrfs" } => _btrfs.Below(mount.Source),
        { Type: "overlay" } => OnLayers(mount),
        { IsNfs: true } => IpAddress.TryParse(mount.Option("addr").FirstOrDefault(), out var peer) ? Backing.On(new RemoteLayer(peer)) : Backing.Unknown("its server has no address"),
        _ when mount.Source.StartsWith("/dev/", StringComparison.Ordinal) => OnNode(mount.Source),
        _ => Backing.Unknown($"a file system of type {mount.Type}"),
    };

    public Backing OnNode(string node) => devices.ByNode(node) is { } device ? Backing.On(device) : Backing.Unknown($"no device {node}");

    /// <summary>
    /// Journals on disks of their own, which ext4 shows in no other place: a name in <c>/proc/fs/jbd2</c> is that of the device, with
    /// the journal's inode behind it where it lies inside the file system (jbd2_journal_init_inode, jbd2_journal_init_dev).
    /// </summary>
    public IEnumerable<BlockLayer> Journals() => (files.Names("proc/fs/jbd2") ?? []).Select(devices.ByName).OfType<BlockLayer>();

    private Backing OnNumber(string number) => devices.ByNumber(number) is { } device ? Backing.On(device) : Backing.Unknown($"no block device {number}");

    /// <summary>An overlay stands on the directories it is made of. Source: its options (ovl_show_options in fs/overlayfs/params.c).</summary>
    private static Backing OnLayers(Mount mount)
    {
        string[] options = ["lowerdir", "lowerdir+", "datadir+", "upperdir"];
        var directories = options.SelectMany(mount.Option).SelectMany(value => value.Split(':')).Where(path => path.StartsWith('/')).Distinct().ToList();
        return directories.Count > 0 ? Backing.On(directories.Select(path => new FileLayer(path))) : Backing.Unknown("an overlay that names none of its directories");
    }
}
