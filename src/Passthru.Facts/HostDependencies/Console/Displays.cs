using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Console;

/// <summary>
/// Outputs with something connected, of graphics cards that a driver of the host shows a picture with. Source:
/// <c>/sys/class/drm/cardN-OUTPUT/status</c>, what the driver last saw (status_show in drivers/gpu/drm/drm_sysfs.c).
/// </summary>
internal static class Displays
{
    private const string Outputs = "sys/class/drm";

    /// <summary>Adds what is used. False: something of it is there and could not be read.</summary>
    public static bool Read(HostReader files, List<HostDependency> uses)
    {
        var before = files.Issues.Count;
        foreach (var name in (files.Names(Outputs) ?? []).Where(IsOutput))
        {
            var link = $"{Outputs}/{name}";
            if (files.Link(link) is { } target
                && SymlinkPath.Resolve(link, target) is var directory
                && DevicePath.FunctionOn(directory) is { } function
                && files.Text($"{directory}/status") == "connected")
            {
                uses.Add(new HostDependency(HostDependencyKind.Display, ["display", name], function));
            }
        }

        return files.Issues.Count == before;
    }

    /// <summary><c>card0-HDMI-A-1</c>, not <c>card0</c> nor <c>renderD128</c>.</summary>
    private static bool IsOutput(string name) => name.StartsWith("card", StringComparison.Ordinal) && name.Contains('-', StringComparison.Ordinal);
}
