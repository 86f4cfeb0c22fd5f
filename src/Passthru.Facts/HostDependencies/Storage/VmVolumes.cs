using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Vms.Proxmox;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// The node or file on this host behind a guest's disk as its manager writes it. Sources: <c>/etc/pve/storage.cfg</c>
/// (PVE/Storage/Plugin.pm: a line <c>lvmthin: NAME</c>, below it indented settings).
/// </summary>
internal sealed class VmVolumes(HostReader files)
{
    private const string Source = "etc/pve/storage.cfg";
    private const int FileBytes = 1024 * 1024;
    private Dictionary<string, Storage>? _storages;

    /// <summary><c>/dev/…</c> or a file as it is, <c>local-lvm:vm-101-disk-0</c> by its storage; null for what is on no disk of this host.</summary>
    public string? PathOf(string volume)
    {
        if (volume.StartsWith('/'))
        {
            return volume;
        }

        _storages ??= Read();
        return volume.Split(':', 2) is [var name, var disk] && DevicePath.IsName(name) && disk.Length > 0
            ? (_storages.GetValueOrDefault(name) ?? Standard(name))?.PathOf(disk)
            : null;
    }

    /// <summary>Storages that Proxmox has without a line (PVE/Storage.pm).</summary>
    private static Storage? Standard(string name) => name switch
    {
        "local" => new Storage("dir", new(StringComparer.Ordinal) { ["path"] = "/var/lib/vz" }),
        "local-lvm" => new Storage("lvmthin", new(StringComparer.Ordinal) { ["vgname"] = "pve" }),
        _ => null,
    };

    private Dictionary<string, Storage> Read()
    {
        var all = new Dictionary<string, Storage>(StringComparer.Ordinal);
        var text = files.MayBlock(ProxmoxCluster.Directory, () => files.LongText(Source, FileBytes) ?? "") ?? "";
        Storage? storage = null;
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (char.IsWhiteSpace(line[0]))
            {
                var setting = line.Trim().Split(' ', 2);
                _ = storage?.Settings.TryAdd(setting[0], setting.Length > 1 ? setting[1].Trim() : "");
            }
            else if (line.Split(':', 2) is [var type, var name])
            {
                all[name.Trim()] = storage = new Storage(type, new(StringComparer.Ordinal));
            }
        }

        return all;
    }

    private sealed record Storage(string Type, Dictionary<string, string> Settings)
    {
        public string? PathOf(string disk) => Type switch
        {
            "lvm" or "lvmthin" => Settings.GetValueOrDefault("vgname") is { } group ? $"/dev/mapper/{BlockDevices.MappedName(group, disk)}" : null,
            "zfspool" => Settings.GetValueOrDefault("pool") is { } pool ? $"/dev/zvol/{pool}/{disk}" : null,
            "dir" or "btrfs" or "nfs" or "cifs" => Settings.GetValueOrDefault("path") is { } path ? $"{path}/images/{disk}" : null,
            "drbd" or "linstor" => $"/dev/drbd/by-res/{disk.Split('_')[0]}/0",
            _ => null,
        };
    }
}
