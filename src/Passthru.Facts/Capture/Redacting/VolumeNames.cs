using System.Text;
using System.Text.RegularExpressions;
using Passthru.Facts.HostDependencies.Storage;
using Passthru.Facts.Vms;

namespace Passthru.Facts.Capture.Redacting;

/// <summary>
/// Volumes below <c>/dev</c> that are named after their VM (<c>/dev/vg0/router</c>, <c>router-data</c>) take its other name wherever
/// they are named: as a path, as the kernel names a block device (<c>vg0!router</c>), and as device-mapper does (<c>vg0-router</c>).
/// </summary>
internal sealed class VolumeNames
{
    private const string Dev = "/dev/";
    private const string Mapper = "mapper";

    /// <summary>What is written of a volume and what to write for it: <c>vg0/router</c>, <c>vg0-router</c>.</summary>
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);
    private readonly Regex? _any;

    public VolumeNames(IEnumerable<Vm> vms, Pseudonyms names)
    {
        foreach (var vm in vms.Where(vm => !string.IsNullOrEmpty(vm.Name)))
        {
            foreach (var volume in vm.Volumes.Where(volume => volume.StartsWith(Dev, StringComparison.Ordinal)))
            {
                Add(volume[Dev.Length..], vm.Name!, names);
            }
        }

        _any = _written.Count > 0 ? new Regex(string.Join('|', _written.Keys.OrderByDescending(old => old.Length).Select(Regex.Escape))) : null;
    }

    /// <summary>A path below the root, without its first slash: <c>dev/vg0/router</c>, <c>sys/class/block/vg0!router</c>.</summary>
    public string Path(string path) =>
        path.StartsWith(Dev[1..], StringComparison.Ordinal) || (path.StartsWith("sys/", StringComparison.Ordinal) && path.Contains("/block/", StringComparison.Ordinal))
            ? Text(path)
            : path;

    public string Text(string text) => _any?.Replace(text, old => _written[old.Value]) ?? text;

    /// <summary>A file in which volumes are named: domains, mounts, notes of device-mapper and udev.</summary>
    public byte[] Content(string path, byte[] content) => _any is not null && MayName(path) ? Encoding.UTF8.GetBytes(Text(Encoding.UTF8.GetString(content))) : content;

    private static bool MayName(string path) =>
        path.EndsWith("/dm/name", StringComparison.Ordinal) || path.EndsWith("/mountinfo", StringComparison.Ordinal)
        || path.EndsWith(".xml", StringComparison.Ordinal) || path.StartsWith("run/udev/data/", StringComparison.Ordinal)
        || path is "proc/swaps" or "etc/fstab";

    private void Add(string volume, string name, Pseudonyms names)
    {
        var slash = volume.LastIndexOf('/');
        var (group, own) = (volume[..Math.Max(slash, 0)], volume[(slash + 1)..]);
        var written = group == Mapper ? name.Replace("-", "--", StringComparison.Ordinal) : name;
        if (group.Length == 0 || !own.Contains(written, StringComparison.Ordinal))
        {
            return;
        }

        var told = names.Of(name);
        var other = own.Replace(written, group == Mapper ? told.Replace("-", "--", StringComparison.Ordinal) : told, StringComparison.Ordinal);
        _written[volume] = $"{group}/{other}";
        _written[volume.Replace('/', '!')] = $"{group}/{other}".Replace('/', '!');
        if (group == Mapper)
        {
            _written[own] = other;
        }
        else if (!group.Contains('/', StringComparison.Ordinal))
        {
            _written[BlockDevices.MappedName(group, own)] = BlockDevices.MappedName(group, other);
        }
    }
}
