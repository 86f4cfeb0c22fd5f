using System.Collections.Immutable;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Platform;

/// <summary>Reads firmware tables, processor and board.</summary>
internal static class PlatformReader
{
    private const string Dmi = "sys/class/dmi/id";

    /// <summary>The tables of large servers have some 30 KiB.</summary>
    private const int TableBytes = 1024 * 1024;

    /// <param name="files">The door to the host.</param>
    /// <param name="interruptRemapping">What an earlier read found: it stays so until the next boot.</param>
    public static PlatformFacts Read(HostReader files, bool? interruptRemapping)
    {
        var flags = ReadFlags(files);
        var hypervisor = ReadHypervisor(files);
        return new PlatformFacts
        {
            HostName = files.WithOwnIssues().Text("proc/sys/kernel/hostname") is { Length: > 0 } name ? name : null,
            FirmwareTables = ReadTables(files),
            VirtualizationExtensions = flags is null ? null : [.. flags.Where(flag => flag is "vmx" or "svm").Order()],
            Hypervisor = hypervisor,
            InterruptRemapping = hypervisor?.HasIommu == true ? null : interruptRemapping ?? (flags is null ? null : InterruptChips.AreRemapped(files)),
            Board = files.Noting(() => ReadBoard(files), out var boardComplete),
            BoardComplete = boardComplete,
            Slots = ReadSlots(files),
        };
    }

    /// <summary>The tables themselves are for root only; that they are there, anybody may see.</summary>
    private static EquatableArray<string>? ReadTables(HostReader files)
    {
        if (files.Names("sys/firmware/acpi/tables") is { } names)
        {
            return [.. PlatformFacts.IommuTables.Where(names.Contains)];
        }

        // Firmware without ACPI offers none of them.
        return files.Exists("sys/firmware/acpi") == false && files.Exists("sys/firmware") == true ? [] : null;
    }

    /// <summary>The first processor stands for all; a machine has up to 8,192, and their text takes long to make.</summary>
    private static string[]? ReadFlags(HostReader files)
    {
        foreach (var line in (files.Start("proc/cpuinfo") ?? "").Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[..colon].TrimEnd() == "flags")
            {
                return line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            }
        }

        return null;
    }

    /// <summary>For root alone; who may not read it goes without names, and that is no trouble.</summary>
    private static EquatableArray<PhysicalSlot> ReadSlots(HostReader files) =>
        files.WithOwnIssues().Bytes("sys/firmware/dmi/tables/DMI", TableBytes) is { } table ? PhysicalSlot.Parse(table) : [];

    private static HypervisorFacts? ReadHypervisor(HostReader files) =>
        files.IsThere("sys/hypervisor/type") && files.Text("sys/hypervisor/type") is { Length: > 0 } type
            ? new HypervisorFacts(type, files.Text("proc/xen/capabilities")?.Split('\n', ' ').Contains("control_d") == true)
            : null;

    private static BoardFacts ReadBoard(HostReader files) => new()
    {
        Vendor = files.Text($"{Dmi}/board_vendor"),
        Name = files.Text($"{Dmi}/board_name"),
        BiosVendor = files.Text($"{Dmi}/bios_vendor"),
        BiosVersion = files.Text($"{Dmi}/bios_version"),
        BiosDate = files.Text($"{Dmi}/bios_date"),
        Product = files.Text($"{Dmi}/product_name") ?? files.Text("sys/firmware/devicetree/base/model")?.TrimEnd('\0'),
    };
}
