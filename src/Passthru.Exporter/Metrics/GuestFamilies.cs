using Passthru.Facts.Pci;

namespace Passthru.Exporter.Metrics;

/// <summary>What a guest's driver makes of the functions that its VM has open.</summary>
internal static class GuestFamilies
{
    public static readonly Family Mode = Family.Gauge(
        "passthru_device_guest_interrupt_info",
        "How the guest's driver has set up interrupts of a function that VFIO has open (none, intx, msi, msix); none, or an intx that never fires: no driver in the guest has taken it up.",
        ["device", "mode"],
        view => from device in view.Report.Devices ?? []
                let mode = device.Function.GuestInterrupts
                where mode is not null
                select Sample.Info(device.Function.Address.ToString(), Label(mode.Value)));

    /// <summary>Counted on with every read, and so written anew for each page.</summary>
    public static readonly Family Delivered = Family.Counter(
        "passthru_device_guest_interrupts_total",
        "Interrupts on the function's own vectors since the guest's driver set them up; absent where the line is shared. Stands still where they are posted to the guest directly.",
        ["device"],
        view => view.Facts.GuestInterrupts.Select(count => new Sample(count.Delivered, count.Function.ToString())));

    public static string Label(GuestInterruptMode mode) => mode switch
    {
        GuestInterruptMode.Intx => "intx",
        GuestInterruptMode.Msi => "msi",
        GuestInterruptMode.Msix => "msix",
        _ => "none",
    };
}
