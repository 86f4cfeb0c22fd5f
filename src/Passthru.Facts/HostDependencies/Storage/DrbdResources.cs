using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// Disks below DRBD where its devices have no links <c>slaves</c> (before DRBD 9). Source: lines <c>disk /dev/vg/lv;</c> of the
/// resources in <c>/etc/drbd.d</c> and <c>/var/lib/linstor.d</c> (drbd.conf(5)); of those that name a device of this host.
/// </summary>
internal sealed class DrbdResources(HostReader files, BlockDevices devices)
{
    private static readonly string[] Directories = ["etc/drbd.d", "var/lib/linstor.d"];
    private Backing? _below;

    public Backing Below() => _below ??= Read();

    private Backing Read()
    {
        var disks = new List<BlockLayer>();
        foreach (var directory in Directories)
        {
            foreach (var name in (files.Names(directory) ?? []).Where(name => name.EndsWith(".res", StringComparison.Ordinal)))
            {
                TextTable.Read(files, $"{directory}/{name}", line => Add(line, disks));
            }
        }

        return disks.Count > 0 ? Backing.On(disks.Distinct()) : Backing.Unknown("no file names the disk of this DRBD device");
    }

    private bool Add(string line, List<BlockLayer> disks)
    {
        if (line.Split([' ', '\t', ';', '"'], StringSplitOptions.RemoveEmptyEntries) is not ["disk", ['/', 'd', 'e', 'v', '/', ..] node, ..])
        {
            return false;
        }

        if (devices.ByNode(node) is { } device)
        {
            disks.Add(device);
        }

        return true;
    }
}
