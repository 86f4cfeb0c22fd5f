using Passthru.Facts.Reading;

namespace Passthru.Facts.Processes.Traits;

/// <summary>Where a process stands in the tree of control groups. Source: <c>/proc/PID/cgroup</c>, lines of <c>number:controllers:path</c> (cgroups(7)).</summary>
/// <param name="Path">The path in the hierarchy that systemd manages; the root is <c>/</c>. Null: it can't be read.</param>
/// <param name="Unit">The unit of systemd: <c>110.scope</c>.</param>
internal readonly record struct ControlGroup(string? Path, string? Unit)
{
    public static ControlGroup Read(HostReader files, int pid) =>
        files.Start($"proc/{pid}/cgroup") is { } text ? Parse(text) : default;

    /// <summary>The second version's line speaks for itself; beside the first version systemd keeps a tree of its own, by name.</summary>
    public static ControlGroup Parse(string text)
    {
        string? found = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(':', 3) is [var number, var controllers, var path]
                && (controllers == "name=systemd" || (number == "0" && controllers.Length == 0 && found is null or "/")))
            {
                found = path.TrimEnd('\r');
            }
        }

        return new ControlGroup(found, found is null ? null : UnitOf(found.Split('/')));
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

    /// <summary>The user whose slice it is: <c>user.slice/user-1000.slice</c>.</summary>
    public uint? User => Path?.Split('/').Select(UserOf).FirstOrDefault(user => user is not null);

    private static uint? UserOf(string slice) =>
        slice.StartsWith("user-", StringComparison.Ordinal) && slice.EndsWith(".slice", StringComparison.Ordinal)
        && uint.TryParse(slice.AsSpan(5..^6), System.Globalization.NumberStyles.None, null, out var user) ? user : null;
}
