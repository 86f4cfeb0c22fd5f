using System.Text.RegularExpressions;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Programs;

/// <summary>
/// The container that a process is in, by the control group that the runtime, which is root, made for it. Source:
/// <c>/proc/PID/cgroup</c>. One row for each runtime.
/// </summary>
internal static partial class ContainerName
{
    /// <summary><c>103</c> for LXC of Proxmox, else runtime and name, of an id its first 12 digits; null: none.</summary>
    public static string? Parse(string cgroup)
    {
        // Below user.slice a user makes groups of any name.
        foreach (var line in cgroup.Split('\n').Where(line => !line.Contains("/user.slice/", StringComparison.Ordinal)))
        {
            if (Lxc().Match(line) is { Success: true } lxc)
            {
                return lxc.Groups[1].Value;
            }

            if (Hashed().Match(line) is { Success: true } hashed)
            {
                return $"{Runtime(hashed.Groups[1].Value)} {hashed.Groups[2].Value[..12]}";
            }

            if (Nspawn().Match(line) is { Success: true } nspawn)
            {
                return $"nspawn {HexEscapes.Decode(nspawn.Groups[1].Value)}";
            }
        }

        return null;
    }

    private static string Runtime(string name) => name.TrimEnd('-', '_', '/') switch
    {
        "libpod" or "libpod_parent/libpod" => "podman",
        "cri-containerd" => "containerd",
        var plain => plain,
    };

    /// <summary>Proxmox <c>/lxc/103/ns/…</c>, LXC and Incus <c>/lxc.payload.web/…</c>.</summary>
    [GeneratedRegex(@"/lxc(?:/|\.payload\.)([^/\n]+)(?:/|$)")]
    private static partial Regex Lxc();

    [GeneratedRegex("[/:](docker[-/]|libpod[-_]|cri-containerd-|crio-|containerd-|/kubepods/[^/]+/[^/]+/)([0-9a-f]{64})")]
    private static partial Regex Hashed();

    [GeneratedRegex(@"/systemd-nspawn@([^/\n]+)\.service")]
    private static partial Regex Nspawn();
}
