using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>The value of <c>hostpciN</c> ($hostpci_fmt and parse_hostpci in PVE/QemuServer/PCI.pm).</summary>
internal sealed record HostPciEntry
{
    /// <summary>hostpci0 to hostpci15.</summary>
    public const int Most = 16;

    /// <summary>The functions written down; null where a mapping says which.</summary>
    public EquatableArray<PciSelector>? Host { get; private init; }

    public string? Mapping { get; private init; }

    /// <summary>The type of mediated device, <c>nvidia-63</c>.</summary>
    public string? MediatedType { get; private init; }

    public bool KeepsDriver { get; private init; }

    public bool IsExpress { get; private init; }

    /// <summary><c>x-vga</c>: without a <c>vga:</c> of its own, the guest then has no other display.</summary>
    public bool IsPrimaryDisplay { get; private init; }

    /// <summary>A graphics unit of Intel takes the place of the guest's display.</summary>
    public bool IsLegacyGraphics { get; private init; }

    public bool HasRomBar { get; private init; }

    public string? RomFile { get; private init; }

    /// <summary>Null: Proxmox would not take it either.</summary>
    public static HostPciEntry? Parse(string value)
    {
        if (PropertyString.Parse(value, "host") is not { } parts
            || !parts.TrySwitch("pcie", false, out var express)
            || !parts.TrySwitch("x-vga", false, out var primary)
            || !parts.TrySwitch("legacy-igd", false, out var legacy)
            || !parts.TrySwitch("rombar", true, out var romBar)
            || parts["driver"] is not (null or "vfio" or "keep")
            || parts["host"] is null == parts["mapping"] is null)
        {
            return null;
        }

        var host = parts["host"] is { } list ? Selectors(list) : null;
        return host is null && parts["mapping"] is null ? null : new HostPciEntry
        {
            Host = host,
            Mapping = parts["mapping"],
            MediatedType = parts["mdev"],
            KeepsDriver = parts["driver"] == "keep",
            IsExpress = express,
            IsPrimaryDisplay = primary,
            IsLegacyGraphics = legacy,
            HasRomBar = romBar,
            RomFile = parts["romfile"],
        };
    }

    /// <summary>Functions between semicolons, which go together. Null: one of them is none.</summary>
    public static EquatableArray<PciSelector>? Selectors(string list)
    {
        var selectors = ImmutableArray.CreateBuilder<PciSelector>();
        foreach (var text in list.Split(';'))
        {
            if (!PciSelector.TryParse(text, out var selector))
            {
                return null;
            }

            selectors.Add(selector);
        }

        return selectors.DrainToImmutable();
    }
}
