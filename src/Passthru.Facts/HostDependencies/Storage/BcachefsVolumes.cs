using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// All devices of a bcachefs, of which mountinfo has the number of one. Sources: <c>/sys/fs/bcachefs/UUID/dev-N/block</c>; the
/// source of the mount, <c>/dev/sda:/dev/sdb</c>, <c>/dev/disk/by-uuid/UUID</c> or <c>UUID=UUID</c>.
/// </summary>
internal sealed class BcachefsVolumes(HostReader files, BlockDevices devices)
{
    private const string Volumes = "sys/fs/bcachefs";
    private List<(string Uuid, List<BlockLayer> Members)>? _volumes;

    public Backing Below(Mount mount)
    {
        _volumes ??= [.. (files.Names(Volumes) ?? []).Where(name => name.Length == 36).Select(name => (name, Members($"{Volumes}/{name}")))];
        var named = mount.Source.Split(':').Select(devices.ByNode).Append(mount.HasBlockDevice ? devices.ByNumber(mount.Number) : null).OfType<BlockLayer>().Distinct().ToList();
        var volume = _volumes.Find(volume => mount.Source.EndsWith(volume.Uuid, StringComparison.Ordinal) || volume.Members.Any(named.Contains)).Members;
        var all = named.Concat(volume ?? []).Distinct().ToList();
        return all.Count > 0 ? Backing.On(all) : Backing.Unknown($"no device {mount.Source}");
    }

    private List<BlockLayer> Members(string volume) =>
    [
        .. from name in files.Names(volume) ?? []
           where name.StartsWith("dev-", StringComparison.Ordinal)
           let link = $"{volume}/{name}/block"
           let target = files.Link(link)
           where target is not null
           select devices.At(SymlinkPath.Resolve(link, target)),
    ];
}
