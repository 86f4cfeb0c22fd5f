using Passthru.Facts.Files;

namespace Passthru.Facts.Processes;

/// <summary>Where a process stands in the tree of control groups. Source: <c>/proc/PID/cgroup</c>, lines of <c>number:controllers:path</c> (cgroups(7)).</summary>
/// <param name="Unit">The unit of systemd: <c>110.scope</c>.</param>
/// <param name="IsContainer">The path is one that a runtime of containers makes.</param>
internal readonly record struct ControlGroup(string? Unit, bool IsContainer)
{
    /// <summary>Beginnings of the names that Kubernetes, Docker, CRI-O, containerd, Podman and LXC give to their groups.</summary>
    private static readonly string[] Runtimes = ["kubepods", "docker-", "crio-", "cri-containerd-", "libpod-", "libpod_", "lxc.payload"];

    /// <summary>Names of groups in which the same runtimes put one for each container, where systemd does not manage them.</summary>
    private static readonly string[] Parents = ["docker", "lxc", "libpod_parent", "crio", "containerd"];

    public static ControlGroup Of(HostFiles files, int pid) =>
        files.Start($"proc/{pid}/cgroup") is { } text ? Parse(text) : default;

    /// <summary>The second version's line speaks for itself; beside the first version systemd keeps a tree of its own, by name.</summary>
    public static ControlGroup Parse(string text)
    {
        string? unit = null;
        var isContainer = false;
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(':', 3) is not [var number, var controllers, var path])
            {
                continue;
            }

            var parts = path.TrimEnd('\r').Split('/');
            isContainer |= IsOfContainer(parts);
            if ((number == "0" && controllers.Length == 0) || controllers == "name=systemd")
            {
                unit ??= UnitOf(parts);
            }
        }

        return new ControlGroup(unit, isContainer);
    }

    /// <summary>
    /// Behind the slices comes the unit, and what lies below it is the unit's own affair (cg_path_get_unit in systemd's
    /// src/basic/cgroup-util.c). Seen out of a control group namespace a path begins with dots.
    /// </summary>
    private static string? UnitOf(string[] parts)
    {
        var first = parts.SkipWhile(part => part is "" or ".." || part.EndsWith(".slice", StringComparison.Ordinal)).FirstOrDefault();
        return first is not null && (first.EndsWith(".scope", StringComparison.Ordinal) || first.EndsWith(".service", StringComparison.Ordinal)) ? first : null;
    }

    private static bool IsOfContainer(string[] parts) =>
        parts.Any(part => Runtimes.Any(runtime => part.StartsWith(runtime, StringComparison.Ordinal)))
        || parts.SkipLast(1).Any(Parents.Contains);
}
