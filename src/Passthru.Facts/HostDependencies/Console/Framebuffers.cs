using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Console;

/// <summary>
/// The framebuffer that the firmware set up and a driver of the host still writes to: its memory lies inside a BAR. Sources:
/// <c>/proc/iomem</c>, whose nesting tells without root, though the addresses are zeros; and, where the kernel hangs the
/// framebuffer's device below the graphics card (sysfb_parent_dev in drivers/firmware/sysfb.c), <c>/sys/bus/platform/devices</c>.
/// </summary>
internal static class Framebuffers
{
    /// <summary>Names of the memory: sysfb_simplefb.c, efifb.c, vesafb.c, simplefb.c, drivers/gpu/drm/sysfb.</summary>
    private static readonly string[] Memory = ["BOOTFB", "efifb", "vesafb", "simplefb", "simpledrm", "simple-framebuffer", "efidrm", "vesadrm"];

    private static readonly string[] Devices = ["efi-framebuffer.0", "simple-framebuffer.0", "vesa-framebuffer.0", "vga-framebuffer.0"];

    /// <summary>Adds what is used. False: where memory lies could not be seen.</summary>
    public static bool Read(HostReader files, List<HostDependency> uses)
    {
        var found = new Dictionary<PciAddress, string>();
        foreach (var name in Devices)
        {
            var link = $"sys/bus/platform/devices/{name}";
            if (files.Link(link) is { } target && DevicePath.FunctionOn(SymlinkPath.Resolve(link, target)) is { } function)
            {
                found.TryAdd(function, name);
            }
        }

        var seen = ReadMemory(files, found);
        uses.AddRange(found.OrderBy(pair => pair.Key).Select(pair => new HostDependency(HostDependencyKind.Framebuffer, ["framebuffer", pair.Value], pair.Key)));
        return seen;
    }

    /// <summary>
    /// Lines <c>c0000000-cfffffff : 0000:01:00.0</c>, two blanks further in for what lies inside (r_show in kernel/resource.c),
    /// of which those are kept that a framebuffer's place can be told from.
    /// </summary>
    private static bool ReadMemory(HostReader files, Dictionary<PciAddress, string> found)
    {
        (int Depth, PciAddress Function)? around = null;
        var read = TextTable.Read(files, "proc/iomem", line =>
        {
            var depth = line.Length - line.TrimStart(' ').Length;
            around = around?.Depth >= depth ? null : around;
            var colon = line.IndexOf(" : ", StringComparison.Ordinal);
            var name = colon < 0 ? "" : line[(colon + 3)..];
            if (PciAddress.TryParse(name, out var function))
            {
                around = (depth, function);
                return true;
            }

            var isFramebuffer = Memory.Contains(name);
            if (isFramebuffer && around is { } bar)
            {
                found.TryAdd(bar.Function, name);
            }

            return isFramebuffer;
        });
        return read == true;
    }
}
