using Passthru.Facts.Vms;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Metrics;

internal static class OwnershipFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_device_expected_owner_info", "Who says that a device belongs to VFIO, and from when to when: always, or while a VM runs.",
            ["device", "owner", "source", "when"],
            view => OfEach(view, Expected)),
        Family.Gauge("passthru_device_ownership_mismatch", "Whether an expectation that applies now is not met: a driver of the host or none has the device, or it is gone.", ["device"],
            view => OfEach(view, reservation => Sample.From(reservation.IsMismatched, Device(reservation)))),
        Family.Gauge("passthru_device_missing", "Whether nothing answers at an address that is expected, or another device than expected.", ["device"],
            view => OfEach(view, reservation => Sample.From(reservation.IsMissing, Device(reservation)))),
        Family.Gauge("passthru_device_needed", "Whether the device is needed now or at the next boot; 0: only by VMs that are off and do not start with the host, or whose hook may make it.",
            ["device"],
            view => OfEach(view, reservation => Sample.From(reservation.IsKnownToBeNeeded, Device(reservation)))),
        Family.Gauge("passthru_reservation_info", "Devices expected on VFIO, with the strongest source and the VM: for the text of alerts and for joins.",
            ["device", "group", "kind", "model", "driver", "source", "vm"],
            view => OfEach(view, reservation => [Info(reservation, view)])),
    ];

    public static string Label(Expectation claim) => claim.Source switch
    {
        ExpectationSource.Config => "config",
        ExpectationSource.DriverOverride => "driver_override",
        ExpectationSource.Driverctl => "driverctl",
        ExpectationSource.CommandLine => "cmdline",
        ExpectationSource.Modprobe => "modprobe",
        ExpectationSource.Unraid => "unraid",
        ExpectationSource.Udev => "udev",
        _ => claim.Manager!.Name,
    };

    private static IEnumerable<Sample> OfEach(View view, Func<ExpectedDevice, IEnumerable<Sample>> samples) =>
        (view.Report.Ownership.ExpectedDevices ?? []).SelectMany(samples);

    /// <summary>One series for what any number of files and machines of a source say alike.</summary>
    private static IEnumerable<Sample> Expected(ExpectedDevice reservation) =>
        reservation.Expectations
            .DistinctBy(claim => (claim.Source, claim.Manager, claim.When))
            .OrderBy(claim => (claim.Source, claim.When))
            .Select(claim => Sample.Info(Device(reservation), claim.Owner == Owner.Stub ? "stub" : "vfio", Label(claim), claim.When == ExpectationTime.Always ? "always" : "running"));

    private static Sample Info(ExpectedDevice reservation, View view) => Sample.Info(
        Device(reservation),
        reservation.Function?.Group ?? "",
        reservation.Function is { } function ? DeviceFamilies.Label(function.Kind) : "",
        reservation.Function is { } it ? DeviceFamilies.Model(it, view.Facts.Pci!.NamesComplete) : "",
        reservation.Function?.Driver?.Name ?? "",
        view.Report.Ownership.StrongestSource(reservation) is not null ? Label(reservation.Strongest) : "",
        view.Report.Ownership.Vm(reservation) ?? "");

    private static string Device(ExpectedDevice reservation) => reservation.Address.ToString();
}
