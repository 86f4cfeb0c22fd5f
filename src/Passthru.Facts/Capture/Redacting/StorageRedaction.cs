using System.Text;
using Passthru.Facts.Vms.Proxmox;

namespace Passthru.Facts.Capture.Redacting;

/// <summary>Files that tell where disks of guests lie and which devices containers use, with what their readers look at.</summary>
internal static class StorageRedaction
{
    private static readonly string[] Settings = ["path", "vgname", "pool", "thinpool"];
    private static readonly string[] ContainerKeys = ["rootfs", "mp", "dev", "lxc.mount.entry", "lxc.cgroup2.devices.allow", "lxc.cgroup.devices.allow", "onboot", "lxc.start.auto"];

    /// <summary>Of each storage its type and name, and where it lies; no servers, users, shares.</summary>
    public static string Storages(string text)
    {
        var kept = new StringBuilder();
        foreach (var line in text.Split('\n').Where(line => line.Trim().Length > 0 && line[0] != '#'))
        {
            if (!char.IsWhiteSpace(line[0]) || Settings.Contains(line.Trim().Split(' ')[0]))
            {
                kept.Append(line.TrimEnd()).Append('\n');
            }
        }

        return kept.ToString();
    }

    /// <summary>Volumes, devices, and whether it starts with the host.</summary>
    public static string Container(string text)
    {
        var kept = new StringBuilder();
        foreach (var line in ProxmoxConfig.Lines(text))
        {
            var key = line.Split(':', '=')[0].Trim();
            if (ContainerKeys.Contains(key) || ContainerKeys.Contains(key.TrimEnd("0123456789".ToCharArray())))
            {
                kept.Append(line).Append('\n');
            }
        }

        return kept.ToString();
    }

    /// <summary>Sessions of PPPoE without the address at the other end.</summary>
    public static string Sessions(string text) => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var id, _, var face] ? $"{id} {Redaction.LeftOut} {face}\n" : ""));
}
