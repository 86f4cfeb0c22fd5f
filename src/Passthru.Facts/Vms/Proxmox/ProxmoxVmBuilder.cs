using System.Collections.Immutable;
using System.Globalization;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>What a VM's file means, with Proxmox' own defaults for what it does not say.</summary>
/// <param name="files">Told of entries that can't be understood.</param>
/// <param name="mappings">What the names of mappings stand for.</param>
/// <param name="managed">The VMs that the cluster's HA manager starts, or keeps off.</param>
internal sealed class ProxmoxVmBuilder(HostReader files, PciMappings mappings, HaResources managed)
{
    /// <summary>Where Proxmox looks for a <c>romfile</c>.</summary>
    private const string Roms = "/usr/share/kvm";

    private static readonly string[] DiskKeys = ["ide", "sata", "scsi", "virtio", "efidisk", "tpmstate"];

    /// <summary>MiB of memory where none is written.</summary>
    private const long StandardMemory = 512;

    public Vm Of(ProxmoxFile file)
    {
        var config = file.Config.Next;
        var entries = Entries(file, config).ToList();
        var isTemplate = Is(config["template"], standard: false) == true;
        var vm = Machine(config);
        return new Vm
        {
            Manager = ProxmoxManager.Row,
            Id = file.Id,
            File = file.Path,
            Name = config["name"],
            Machine = vm,
            Chipset = ChipsetOf(vm),
            Firmware = config["bios"] switch { null or "seabios" => VmFirmware.Bios, "ovmf" => VmFirmware.Uefi, _ => null },
            OperatingSystem = config["ostype"],
            IsWindows = config["ostype"] is { } system ? IsWindows(system) : null,
            IsTemplate = isTemplate,
            StartsWithHost = isTemplate ? false : managed.IsStarted(file.Id) ?? Is(config["onboot"], standard: false),
            StartOrder = StartOrder(config["startup"]),
            HasHook = config["hookscript"] is not null,
            HasVirtualDisplay = HasVirtualDisplay(config, entries),
            HasSerialConsole = DisplayKind(config)?.StartsWith("serial", StringComparison.Ordinal) == true || config["serial0"] is not null,
            DisplayIsNone = DisplayKind(config) == "none",
            Balloons = Balloons(config),
            SharesPages = Is(config["allow-ksm"], standard: true),
            Volumes = [.. Volumes(file.Config).Concat(Volumes(config)).Distinct()],
            Devices = Devices(config, entries),
            StartedWith = config == file.Config ? null : Devices(file.Config, Entries(file, file.Config)),
        };
    }

    /// <summary>The key of a disk: <c>scsi1</c>.</summary>
    internal static bool IsDisk(string key) => char.IsAsciiDigit(key[^1]) && DiskKeys.Contains(key.TrimEnd("0123456789".ToCharArray()));

    /// <summary>The volume of <c>local-lvm:vm-101-disk-0,size=32G</c>, also where it is written as <c>file=…</c>.</summary>
    internal static string VolumeIn(string value)
    {
        const string file = "file=";
        var first = value.Split(',')[0];
        return first.StartsWith(file, StringComparison.Ordinal) ? first[file.Length..] : first;
    }

    /// <summary>Disks, not the images of CDs.</summary>
    private static IEnumerable<string> Volumes(ProxmoxConfig config) =>
        config.Where(IsDisk).Where(value => !value.Contains("media=cdrom", StringComparison.Ordinal)).Select(VolumeIn);

    private EquatableArray<VmDevice> Devices(ProxmoxConfig config, IEnumerable<(string Slot, HostPciEntry Entry)> entries) =>
        [.. entries.Select(entry => DeviceOf(entry.Slot, entry.Entry)), .. Raw(config)];

    private IEnumerable<(string Slot, HostPciEntry Entry)> Entries(ProxmoxFile file, ProxmoxConfig config)
    {
        for (var i = 0; i < HostPciEntry.Most; i++)
        {
            var slot = string.Create(CultureInfo.InvariantCulture, $"hostpci{i}");
            if (config[slot] is not { } value)
            {
                continue;
            }

            if (HostPciEntry.Parse(value) is { } entry)
            {
                yield return (slot, entry);
            }
            else
            {
                files.ReportMalformed(file.Path, $"{slot}: {value}");
            }
        }
    }

    private VmDevice DeviceOf(string slot, HostPciEntry entry) => new()
    {
        Slot = slot,
        Choices = entry.Host is { } functions ? [new DeviceAlternative(functions)] : mappings.Of(entry.Mapping!),
        When = ExpectationTime.WhileRunning,
        Through = mappings.IsComplete ? entry.Mapping : null,
        MediatedType = entry.MediatedType,
        KeepsDriver = entry.KeepsDriver,
        IsExpress = entry.IsExpress,
        IsPrimaryDisplay = entry.IsPrimaryDisplay,
        IsLegacyGraphics = entry.IsLegacyGraphics,
        HasRomBar = entry.HasRomBar,
        RomFile = entry.RomFile,
        RomFileExists = entry.RomFile is { } rom ? RomExists(rom) : null,
        Migrates = entry.Mapping is { } name && mappings.Migrates(name),
    };

    /// <summary>Every node has the directory; a root that shows none does not show the file either.</summary>
    private bool? RomExists(string rom) => files.Exists(SymlinkPath.Resolve("", $"{Roms}/{rom}")) switch
    {
        false when files.Exists(SymlinkPath.Resolve("", Roms)) != true => null,
        var exists => exists,
    };

    /// <summary>
    /// QEMU's own words in <c>args:</c>. Proxmox neither prepares nor looks at what they take: the driver stays as it is.
    /// </summary>
    private static EquatableArray<VmDevice> Raw(ProxmoxConfig config)
    {
        var functions = QemuDeviceArguments.HostFunctions(ShellWords.Split(config["args"] ?? ""))
            .Select(function => new PciSelector(function, WholeSlot: false))
            .Distinct()
            .ToImmutableArray();
        return functions.IsEmpty ? [] :
        [
            new VmDevice { Slot = "args", Choices = [new DeviceAlternative(functions)], When = ExpectationTime.WhileRunning, KeepsDriver = true },
        ];
    }

    /// <summary>The type, of <c>q35,viommu=intel</c> or <c>type=q35</c>; the default goes by the architecture (get_default_machine).</summary>
    private static string Machine(ProxmoxConfig config) =>
        (config["machine"] is not { } written ? null : PropertyString.Parse(written, "type") is { } parts ? parts["type"] : written)
        ?? (config["arch"] == "aarch64" ? "virt" : "i440fx");

    private static Chipset ChipsetOf(string vm) =>
        vm.Contains("q35", StringComparison.Ordinal) ? Chipset.Q35
        : vm is "pc" or "i440fx" || vm.StartsWith("pc-i440fx", StringComparison.Ordinal) ? Chipset.I440fx
        : Chipset.Other;

    /// <summary>windows_version in PVE/QemuServer/Helpers.pm.</summary>
    private static bool IsWindows(string system) =>
        system is "wxp" or "w2k" or "w2k3" or "w2k8" or "wvista" || system.StartsWith("win", StringComparison.Ordinal);

    /// <summary>
    /// A serial terminal is none. With <c>x-vga</c> there is one only where <c>vga:</c> asks for it (print_hostpci_devices).
    /// </summary>
    private static bool HasVirtualDisplay(ProxmoxConfig config, IReadOnlyList<(string Slot, HostPciEntry Entry)> entries) =>
        config["vga"] is null
            ? !entries.Any(entry => entry.Entry.IsPrimaryDisplay)
            : DisplayKind(config) is not { } kind || (kind != "none" && !kind.StartsWith("serial", StringComparison.Ordinal));

    private static string? DisplayKind(ProxmoxConfig config) => config["vga"] is { } vga ? PropertyString.Parse(vga, "type")?["type"] : null;

    /// <summary><c>order=2,up=30</c>; the first part may stand without its name (pve-startup-order).</summary>
    private static int? StartOrder(string? startup) =>
        startup is not null && int.TryParse(PropertyString.Parse(startup, "order")?["order"], NumberStyles.None, CultureInfo.InvariantCulture, out var order) ? order : null;

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

/// <summary>A VM's file.</summary>
internal sealed record ProxmoxFile(string Id, string Path, ProxmoxConfig Config);
