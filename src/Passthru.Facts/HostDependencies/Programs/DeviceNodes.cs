using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Programs;

/// <summary>
/// Functions behind the nodes of graphics cards and accelerators. Sources: <c>/sys/class/drm/NAME</c> and its like,
/// <c>/sys/dev/char/MAJOR:MINOR</c>, <c>/proc/driver/nvidia/gpus/ADDRESS/information</c> (line "Device Minor").
/// </summary>
internal sealed class DeviceNodes(HostReader files)
{
    /// <summary>Directory in /dev, or start of the name, and the class.</summary>
    private static readonly (string Node, string Class)[] Classes = [("/dev/dri/", "drm"), ("/dev/accel/", "accel"), ("/dev/apex_", "apex")];

    private const string Nvidia = "proc/driver/nvidia/gpus";
    private List<PciAddress>? _amd;

    /// <summary>Whether there is any such card with a driver of the host.</summary>
    public bool Exist => files.Names("sys/class/drm") is { Count: > 0 } || files.Names("sys/class/accel") is { Count: > 0 } || files.Names(Nvidia) is { Count: > 0 };

    public IEnumerable<PciAddress> Behind(string path)
    {
        foreach (var (node, name) in Classes)
        {
            if (path.StartsWith(node, StringComparison.Ordinal))
            {
                return Of($"sys/class/{name}/{path[(path.LastIndexOf('/') + 1)..]}");
            }
        }

        return path == "/dev/kfd" ? _amd ??= [.. Amd()]
            : path.StartsWith("/dev/nvidia", StringComparison.Ordinal) && Number.TryParse(path.AsSpan("/dev/nvidia".Length), out var minor) ? ByMinor(minor)
            : [];
    }

    /// <summary>A character device by its number, <c>226:128</c>.</summary>
    public IEnumerable<PciAddress> Numbered(string number) => Of($"sys/dev/char/{number}");

    private List<PciAddress> Of(string link) =>
        files.Link(link) is { } target && DevicePath.FunctionOn(SymlinkPath.Resolve(link, target)) is { } function ? [function] : [];

    private IEnumerable<PciAddress> ByMinor(int minor)
    {
        foreach (var name in files.Names(Nvidia) ?? [])
        {
            if (PciAddress.TryParse(name, out var address) && MinorOf(name) == minor)
            {
                yield return address;
            }
        }
    }

    private int? MinorOf(string name)
    {
        int? minor = null;
        files.Scan($"{Nvidia}/{name}/information", line =>
        {
            var isIt = line.StartsWith("Device Minor:"u8);
            minor = isIt && Number.TryParse(System.Text.Encoding.ASCII.GetString(line["Device Minor:".Length..]).Trim(), out var number) ? number : minor;
            return isIt ? LineVerdict.KeepAndStop : LineVerdict.Skip;
        });
        return minor;
    }

    /// <summary>One node for all cards of the compute driver; which of them, the render node beside it tells. Here it is told where there is but one.</summary>
    private List<PciAddress> Amd()
    {
        var cards = (files.Names("sys/bus/pci/drivers/amdgpu") ?? []).Select(name => PciAddress.TryParse(name, out var address) ? address : (PciAddress?)null).OfType<PciAddress>().ToList();
        return cards.Count == 1 ? cards : [];
    }
}
