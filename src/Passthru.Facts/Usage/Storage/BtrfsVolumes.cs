using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Storage;

/// <summary>All devices of a Btrfs file system, of which mountinfo names one. Source: <c>/sys/fs/btrfs/UUID/devices</c>.</summary>
internal sealed class BtrfsVolumes(HostFiles files, BlockDevices devices)
{
    private const string Volumes = "sys/fs/btrfs";
    private List<List<BlockLayer>>? _volumes;

    public Footing Below(string source)
    {
        _volumes ??= [.. (files.Names(Volumes) ?? []).Where(name => name.Length == 36).Select(name => Members($"{Volumes}/{name}/devices"))];
        if (devices.ByNode(source) is not { } named)
        {
            return _volumes is [{ Count: > 0 } only] ? Footing.On(only) : Footing.Unknown($"no device {source}");
        }

        var volume = _volumes.FirstOrDefault(members => members.Contains(named));
        return Footing.On(volume ?? [named]);
    }

    private List<BlockLayer> Members(string directory)
    {
        var members = new List<BlockLayer>();
        foreach (var name in files.Names(directory) ?? [])
        {
            if (files.Link($"{directory}/{name}") is { } target)
            {
                members.Add(devices.At(LinkPath.Resolve($"{directory}/{name}", target)));
            }
        }

        return members;
    }
}
