using System.Collections.Immutable;
using System.Globalization;
using Passthru.Facts.Files;

namespace Passthru.Facts.Guests.Proxmox;

/// <summary>What a virtual machine's file means, with Proxmox' own defaults for what it does not say.</summary>
internal sealed class ProxmoxGuest(HostFiles files, PciMappings mappings)
{
    /// <summary>Where Proxmox looks for a <c>romfile</c>.</summary>
    private const string Roms = "/usr/share/kvm";

    /// <summary>MiB of memory where none is written.</summary>
    private const long StandardMemory = 512;

    public Guest Of(ProxmoxFile file)
    {
        var config = file.Config;
        var entries = Entries(file).ToList();
        var machine = Machine(config);
        return new Guest
        {
            Platform = GuestPlatform.Proxmox,
            Id = file.Id,
            File = file.Path,
            Name = config["name"],
            Machine = machine,
            Chipset = ChipsetOf(machine),
            Firmware = config["bios"] switch { null or "seabios" => GuestFirmware.Bios, "ovmf" => GuestFirmware.Uefi, _ => null },
            OperatingSystem = config["ostype"],
            IsWindows = config["ostype"] is { } system ? IsWindows(system) : null,
            IsTemplate = Is(config["template"], standard: false) == true,
            HasVirtualDisplay = HasVirtualDisplay(config, entries),
            Balloons = Balloons(config),
            SharesPages = Is(config["allow-ksm"], standard: true),
            Devices = [.. entries.Select(entry => DeviceOf(entry.Slot, entry.Entry)), .. Raw(config)],
        };
    }

    private IEnumerable<(string Slot, HostPciEntry Entry)> Entries(ProxmoxFile file)
    {
        for (var i = 0; i < HostPciEntry.Most; i++)
        {
            var slot = string.Create(CultureInfo.InvariantCulture, $"hostpci{i}");
            if (file.Config[slot] is not { } value)
            {
                continue;
            }

            if (HostPciEntry.Parse(value) is { } entry)
            {
                yield return (slot, entry);
            }
            else
            {
                files.NotUnderstood(file.Path, $"{slot}: {value}");
            }
        }
    }

    private GuestDevice DeviceOf(string slot, HostPciEntry entry) => new()
    {
        Slot = slot,
        Choices = entry.Host is { } functions ? [new DeviceChoice(functions)] : mappings.Of(entry.Mapping!),
        When = ClaimTime.WhileRunning,
        Through = mappings.IsTold ? entry.Mapping : null,
        IsMediated = entry.IsMediated,
        KeepsDriver = entry.KeepsDriver,
        IsExpress = entry.IsExpress,
        IsPrimaryDisplay = entry.IsPrimaryDisplay || entry.IsLegacyGraphics,
        IsLegacyGraphics = entry.IsLegacyGraphics,
        HasRomBar = entry.HasRomBar,
        RomFile = entry.RomFile,
        RomFileExists = entry.RomFile is { } rom ? files.Exists(LinkPath.Resolve("", $"{Roms}/{rom}")) : null,
    };

    /// <summary>
    /// QEMU's own words in <c>args:</c>. Proxmox neither prepares nor looks at what they take: the driver stays as it is.
    /// </summary>
    private static EquatableArray<GuestDevice> Raw(ProxmoxConfig config)
    {
        var functions = QemuDeviceArguments.HostFunctions(ShellWords.Split(config["args"] ?? ""))
            .Select(function => new PciSelector(function, WholeSlot: false))
            .Distinct()
            .ToImmutableArray();
        return functions.IsEmpty ? [] :
        [
            new GuestDevice { Slot = "args", Choices = [new DeviceChoice(functions)], When = ClaimTime.WhileRunning, KeepsDriver = true },
        ];
    }

    /// <summary>The type, of <c>q35,viommu=intel</c> or <c>type=q35</c>; the default goes by the architecture (get_default_machine).</summary>
    private static string Machine(ProxmoxConfig config) =>
        (config["machine"] is not { } written ? null : PropertyString.Parse(written, "type") is { } parts ? parts["type"] : written)
        ?? (config["arch"] == "aarch64" ? "virt" : "i440fx");

    private static Chipset ChipsetOf(string machine) =>
        machine.Contains("q35", StringComparison.Ordinal) ? Chipset.Q35
        : machine is "pc" or "i440fx" || machine.StartsWith("pc-i440fx", StringComparison.Ordinal) ? Chipset.I440fx
        : Chipset.Other;

    /// <summary>windows_version in PVE/QemuServer/Helpers.pm.</summary>
    private static bool IsWindows(string system) =>
        system is "wxp" or "w2k" or "w2k3" or "w2k8" or "wvista" || system.StartsWith("win", StringComparison.Ordinal);

    /// <summary>
    /// A serial terminal is none. With <c>x-vga</c> there is one only where <c>vga:</c> asks for it (print_hostpci_devices).
    /// </summary>
    private static bool HasVirtualDisplay(ProxmoxConfig config, IReadOnlyList<(string Slot, HostPciEntry Entry)> entries)
    {
        var kind = config["vga"] is { } vga ? PropertyString.Parse(vga, "type")?["type"] : null;
        return config["vga"] is null
            ? !entries.Any(entry => entry.Entry.IsPrimaryDisplay)
            : kind is null || (kind != "none" && !kind.StartsWith("serial", StringComparison.Ordinal));
    }

    /// <summary>Without <c>balloon:</c> the guest keeps what it has, and 0 takes the device away.</summary>
    private static bool? Balloons(ProxmoxConfig config)
    {
        var memory = config["memory"] is { } written ? Mebibytes(PropertyString.Parse(written, "current")?["current"]) : StandardMemory;
        return config["balloon"] is not { } balloon ? false : Mebibytes(balloon) is { } least && memory is { } most ? least > 0 && least < most : null;
    }

    private static long? Mebibytes(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static bool? Is(string? text, bool standard) => text is null ? standard : Switch.TryParse(text, out var value) ? value : null;
}

/// <summary>A virtual machine's file.</summary>
internal sealed record ProxmoxFile(string Id, string Path, ProxmoxConfig Config);
