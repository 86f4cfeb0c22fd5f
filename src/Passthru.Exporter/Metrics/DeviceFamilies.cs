using System.Globalization;
using Passthru.Facts.Pci;
using Passthru.Findings.Devices;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Metrics;

internal static class DeviceFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_device_info", "PCI endpoints and what they are.",
            ["device", "group", "vendor_id", "device_id", "subsystem_id", "class", "kind", "vendor", "model", "numa_node"],
            view => (view.Report.Devices ?? []).Select(device => Info(device, view.Facts.Pci!.NamesComplete))),
        Family.Gauge("passthru_device_driver_info", "Driver of a PCI endpoint and whose driver that is; empty when unbound.", ["device", "driver", "owner"],
            view => (view.Report.Devices ?? []).Select(device => Sample.Info(Device(device), device.Function.Driver?.Name ?? "", Label(device.Owner)))),
        Family.Gauge("passthru_devices", "Number of PCI endpoints by kind and owner; of a kind that occurs, but for other, vfio at 0, too.", ["kind", "owner"], Devices),
        .. HostCriticalFamilies.All,
        .. OwnershipFamilies.All,
        Family.Gauge("passthru_device_flr_capable", "Whether the kernel can use a Function Level Reset on the device.", ["device"],
            view => OfEach(view, device => Number(device.Reset.Flr))) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_reset_methods", "Usable reset methods; 0 means that the device cannot be reset between VMs.", ["device"],
            view => OfEach(view, device => device.Reset.Methods)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_reset_method_info", "Reset method that the kernel would try first.", ["device", "method"],
            view => InfoOfEach(view, device => device.Reset.First)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_hot_reset_possible", "Whether VFIO can reset the device together with all that shares its bus or slot; for devices that are claimed or on VFIO.", ["device"],
            view => OfEach(view, device => device.IsReserved || device.Owner == Owner.Vfio ? Number(device.Reset.HotReset) : null)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_slot_info", "Physical slot of the device, as the board, the firmware or the kernel names it; for devices that are claimed or on VFIO, of a card for its first function.", ["device", "slot"],
            view => InfoOfEach(view, device => view.All || IsFirstOfCard(view, device) ? device.PhysicalSlot : null)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_not_returned", "Whether the host waits for the device: driver_override names a driver that does not have it, or it hangs on the way back from VFIO.", ["device"],
            view => (view.Report.Devices ?? []).Where(device => device.IsNotReturned is not null).Select(device => new Sample(device.IsNotReturned == true ? 1 : 0, Device(device)))),
        Family.Gauge("passthru_device_power_state_info", "Power state of the device as the kernel believes it (D0 to D3cold).", ["device", "state"],
            view => InfoOfEach(view, device => device.Function.Power.State)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_d3cold_allowed", "Whether the device may be powered off entirely while idle.", ["device"],
            view => OfEach(view, device => Number(device.Function.Power.D3coldAllowed))) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_link_speed_transfers_per_second", "Speed of the PCI Express link, each lane; only while the device is awake.", ["device"],
            view => OfEach(view, device => device.Function.Link?.Speed)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_link_max_transfers_per_second", "Highest link speed that the device supports, each lane; only while the device is awake.", ["device"],
            view => OfEach(view, device => device.Function.Link?.MaxSpeed)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_link_width", "Lanes of the PCI Express link, 0 when it is down; only while the device is awake.", ["device"],
            view => OfEach(view, device => device.Function.Link?.Width)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_link_max_width", "Lanes that the device supports; only while the device is awake.", ["device"],
            view => OfEach(view, device => device.Function.Link?.MaxWidth)) with { Covers = Coverage.Candidates },
        Family.Counter("passthru_device_aer_errors_total", "PCI Express errors that the device has signalled since it was found.", ["device", "severity"],
            view => view.Covered.SelectMany(device => AerErrors(device.Function))) with { Covers = Coverage.Candidates },
        .. PortFamilies.All,
        Family.Gauge("passthru_device_sriov_vfs", "Virtual functions that the device has now.", ["device"],
            view => OfEach(view, device => device.Function.VirtualFunctions)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_sriov_total_vfs", "Virtual functions that the device can have.", ["device"],
            view => OfEach(view, device => device.Function.TotalVirtualFunctions)) with { Covers = Coverage.Candidates },
        .. MediatedFamilies.All,
        GuestFamilies.Mode,
        GuestFamilies.Delivered,
    ];

    private static Sample Info(DeviceVerdict device, bool namesComplete)
    {
        var function = device.Function;
        return Sample.Info(
            Device(device),
            function.Group ?? "",
            Id(function.Vendor),
            Id(function.Device),
            function.Subsystem?.ToString() ?? "",
            function.Class?.ToString() ?? "",
            function.Class is null ? "" : Label(function.Kind),
            function.VendorName ?? (namesComplete ? Id(function.Vendor) : ""),
            Model(function, namesComplete),
            function.NumaNode?.ToString(CultureInfo.InvariantCulture) ?? "");
    }

    /// <summary>
    /// VFIO's of a kind that occurs and that one hands out at 0, too: that none is on VFIO is told, not left out. What could not be
    /// seen may be of any kind.
    /// </summary>
    private static IEnumerable<Sample> Devices(View view) => view.Facts.Pci is not { Unseen.IsEmpty: true } pci || pci.Functions.Any(function => function.HeaderType is null) ? [] :
        from kind in (view.Report.Devices ?? []).GroupBy(device => device.Function.Kind).OrderBy(kind => kind.Key)
        from owner in Enum.GetValues<Owner>()
        let count = kind.Count(device => device.Owner == owner)
        where count > 0 || (owner == Owner.Vfio && kind.Key != DeviceKind.Other)
        select new Sample(count, Label(kind.Key), Label(owner));

    public static IEnumerable<Sample> AerErrors(PciFunction function)
    {
        var aer = function.Aer;
        (string Severity, ulong? Count)[] counters = [("correctable", aer?.Correctable), ("nonfatal", aer?.Nonfatal), ("fatal", aer?.Fatal)];
        return counters.Where(counter => counter.Count is not null)
            .Select(counter => new Sample(counter.Count!.Value, function.Address.ToString(), counter.Severity));
    }

    private static IEnumerable<Sample> OfEach(View view, Func<DeviceVerdict, double?> value) =>
        from device in view.Covered
        let known = value(device)
        where known is not null
        select new Sample(known.Value, Device(device));

    private static IEnumerable<Sample> InfoOfEach(View view, Func<DeviceVerdict, string?> label) =>
        from device in view.Covered
        let known = label(device)
        where known is not null
        select Sample.Info(Device(device), known);

    private static double? Number(bool? value) => value is { } known ? (known ? 1 : 0) : null;

    /// <summary>The name of pci.ids, or the number that it lacks; empty where it could not be read.</summary>
    public static string Model(PciFunction function, bool namesComplete) => function.DeviceName ?? (namesComplete ? Id(function.Device) : "");

    private static string Device(DeviceVerdict device) => device.Function.Address.ToString();

    private static string Id(ushort? id) => id?.ToString("x4", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The first function of a slot that is expected on VFIO or bound to it: the others sit in the same slot.</summary>
    private static bool IsFirstOfCard(View view, DeviceVerdict device) => IsForVms(device)
        && !(view.Report.Devices ?? []).Any(other =>
            IsForVms(other) && other.Function.Address.SharesSlotWith(device.Function.Address) && other.Function.Address < device.Function.Address);

    private static bool IsForVms(DeviceVerdict device) => device.IsReserved || device.Owner == Owner.Vfio;

    public static string Label(DeviceKind kind) => kind switch
    {
        DeviceKind.Gpu => "gpu",
        DeviceKind.Accelerator => "accelerator",
        DeviceKind.Nvme => "nvme",
        DeviceKind.Storage => "storage",
        DeviceKind.Network => "network",
        DeviceKind.Usb => "usb",
        DeviceKind.Audio => "audio",
        _ => "other",
    };

    public static string Label(Owner owner) => owner switch
    {
        Owner.Vfio => "vfio",
        Owner.Host => "host",
        Owner.Stub => "stub",
        _ => "none",
    };
}
