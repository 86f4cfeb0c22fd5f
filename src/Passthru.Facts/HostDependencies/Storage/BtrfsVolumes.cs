using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>All devices of a Btrfs file system, of which mountinfo names one. Source: <c>/sys/fs/btrfs/UUID/devices</c>.</summary>
internal sealed class BtrfsVolumes(HostReader files, BlockDevices devices)
{
    private const string Volumes = "sys/fs/btrfs";
    private List<List<BlockLayer>>? _volumes;

    public Backing Below(string source)
    {
        _volumes ??= [.. (files.Names(Volumes) ?? []).Where(name => name.Length == 36).Select(name => Members($"{Volumes}/{name}/devices"))];
        if (devices.ByNode(source) is not { } named)
        {
            return _volumes is [{ Count: > 0 } only] ? Backing.On(only) : Backing.Unknown($"no device {source}");
        }

        var volume = _volumes.FirstOrDefault(members => members.Contains(named));
        return Backing.On(volume ?? [named]);
    }

    private List<BlockLayer> Members(string directory)
    {
        var members = new List<BlockLayer>();
        foreach (var name in files.Names(directory) ?? [])
        {
            if (files.Link($"{directory}/{name}") is { } target)
            {
                members.Add(devices.At(SymlinkPath.Resolve($"{directory}/{name}", target)));
            }
        }

        return members;
    }
}
