using System.Globalization;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Proxmox;

namespace Passthru.Facts.HostDependencies.Programs;

/// <summary>
/// Containers of LXC by their configuration. Sources: <c>/etc/pve/lxc/ID.conf</c> (pct.conf(5)), <c>/var/lib/lxc/NAME/config</c>
/// (lxc.container.conf(5)).
/// </summary>
internal static class LxcContainers
{
    private const string Proxmox = "etc/pve/lxc";
    private const string Printable = "var/lib/lxc";
    private const int FileBytes = 1024 * 1024;

    public static IEnumerable<LxcContainer> Read(HostReader files)
    {
        // The cluster file system waits for as long as the other nodes do.
        var managed = files.MayBlock(ProxmoxCluster.Directory, () => ReadAll(files, Proxmox, name => name.EndsWith(".conf", StringComparison.Ordinal) ? name[..^5] : null, "")) ?? [];
        var others = ReadAll(files.WithOwnIssues(), Printable, name => name, "/config");
        return managed.Concat(others).DistinctBy(container => container.Name);
    }

    private static List<LxcContainer> ReadAll(HostReader files, string directory, Func<string, string?> nameOf, string below)
    {
        var all = new List<LxcContainer>();
        foreach (var entry in files.Names(directory) ?? [])
        {
            if (nameOf(entry) is { } name && files.LongText($"{directory}/{entry}{below}", FileBytes) is { } text)
            {
                all.Add(Parse(name, text));
            }
        }

        return all;
    }

    /// <summary>Lines <c>dev0: /dev/dri/renderD128,gid=104</c>, <c>lxc.mount.entry: /dev/dri dev/dri none bind</c> (with = in LXC's own files), up to the first section.</summary>
    internal static LxcContainer Parse(string name, string text)
    {
        var (volumes, nodes, numbers) = (new List<string>(), new List<string>(), new List<string>());
        var startsWithHost = false;
        foreach (var line in ProxmoxConfig.Lines(text))
        {
            var colon = line.IndexOfAny([':', '=']);
            if (colon <= 0)
            {
                continue;
            }

            var (key, value) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            switch (key.TrimEnd("0123456789".ToCharArray()))
            {
                case "rootfs" or "mp":
                    volumes.Add(value.Split(',')[0]);
                    break;
                case "dev":
                    nodes.AddRange(value.Split(',').Where(part => part.StartsWith("/dev/", StringComparison.Ordinal) || part.StartsWith("path=/dev/", StringComparison.Ordinal))
                        .Select(part => part[part.IndexOf('/', StringComparison.Ordinal)..]));
                    break;
                case "lxc.mount.entry":
                    nodes.Add(value.Split(' ')[0]);
                    break;
                case "lxc.cgroup2.devices.allow" or "lxc.cgroup.devices.allow":
                    numbers.AddRange(Number(value));
                    break;
                case "onboot" or "lxc.start.auto":
                    startsWithHost = value == "1";
                    break;
                default:
                    break;
            }
        }

        return new LxcContainer(name, startsWithHost, [.. volumes], [.. nodes], [.. numbers]);
    }

    /// <summary><c>c 226:128 rwm</c>; a number with an asterisk names no device.</summary>
    private static IEnumerable<string> Number(string value) =>
        value.Split(' ') is ["c", var number, ..] && number.Split(':') is [var major, var minor]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out _) && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? [number]
            : [];
}

/// <summary>What a container's configuration names of the host.</summary>
/// <param name="Name">Proxmox' id, or LXC's name.</param>
/// <param name="StartsWithHost">It starts with the host.</param>
/// <param name="Volumes">As written: <c>local-lvm:vm-103-disk-0</c>, <c>/srv/data</c>.</param>
/// <param name="Nodes">Nodes of devices.</param>
/// <param name="Numbers">Numbers of character devices.</param>
internal sealed record LxcContainer(
    string Name, bool StartsWithHost, EquatableArray<string> Volumes, EquatableArray<string> Nodes, EquatableArray<string> Numbers);
