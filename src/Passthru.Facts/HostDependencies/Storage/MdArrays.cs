using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// Members of arrays that have no links <c>slaves</c>. Source: <c>/proc/mdstat</c>: the lines <c>md0 : active raid1 sdb1[1] sda1[0]</c>
/// (md_seq_show in drivers/md/md.c), or those of Unraid's own driver, <c>diskName.1=md1p1</c> and <c>rdevName.1=sdb</c>, which has
/// parity disks without a device of their own.
/// </summary>
internal sealed class MdArrays(HostReader files, BlockDevices devices)
{
    private const string Source = "proc/mdstat";
    private Dictionary<string, string>? _unraid;
    private Dictionary<string, string[]>? _linux;

    /// <summary>An array always stands on disks.</summary>
    public Backing Below(BlockLayer array)
    {
        Read();
        var slots = _unraid!.Where(pair => pair.Value == array.Name && pair.Key.StartsWith("diskName.", StringComparison.Ordinal))
            .Select(pair => pair.Key["diskName.".Length..]);
        var names = slots.Select(slot => _unraid!.GetValueOrDefault($"rdevName.{slot}")).OfType<string>()
            .Concat(_linux!.GetValueOrDefault(array.Name) ?? []);
        var members = names.Select(devices.ByName).OfType<BlockLayer>().ToList();
        return members.Count > 0 ? Backing.On(members) : Backing.Unknown("no file names the disks of this array");
    }

    /// <summary>The disks of Unraid's array while it is started, parity disks too.</summary>
    public IEnumerable<BlockLayer> UnraidDisks()
    {
        Read();
        return _unraid!.GetValueOrDefault("mdState") != "STARTED" ? []
            : _unraid!.Where(pair => pair.Key.StartsWith("rdevName.", StringComparison.Ordinal)).Select(pair => devices.ByName(pair.Value)).OfType<BlockLayer>();
    }

    private void Read()
    {
        if (_unraid is not null)
        {
            return;
        }

        _unraid = new(StringComparer.Ordinal);
        _linux = new(StringComparer.Ordinal);
        TextTable.Read(files, Source, line =>
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && !line.Contains(' ', StringComparison.Ordinal))
            {
                var key = line[..equals];
                var isWanted = key == "mdState" || key.StartsWith("diskName.", StringComparison.Ordinal) || key.StartsWith("rdevName.", StringComparison.Ordinal);
                return isWanted && (_unraid[key] = line[(equals + 1)..].Trim()) is not null;
            }

            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var isArray = words is [var name, ":", ..] && name.StartsWith("md", StringComparison.Ordinal);
            if (isArray)
            {
                _linux[words[0]] = [.. words.Where(word => word.Contains('[', StringComparison.Ordinal)).Select(word => word[..word.IndexOf('[', StringComparison.Ordinal)])];
            }

            return isArray;
        });
    }
}
