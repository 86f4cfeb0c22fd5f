using Passthru.Findings.Guests;

namespace Passthru.Findings.Rules;

/// <summary>How bad it is that a start would take what the host lives on.</summary>
internal static class StartSeverity
{
    /// <summary>
    /// Critical where it happens by itself, and where it cuts the host off, so that nobody could undo it from afar; else a warning to
    /// whoever presses the button.
    /// </summary>
    public static Severity Of(GuestVerdict guest, Report report) =>
        guest.IsUrgent || (report.Devices ?? []).Any(device => guest.StartTakesCritical!.Value.Contains(device.Function.Address) && device.Critical.Any(CutsOff))
            ? Severity.Critical
            : Severity.Warning;

    private static bool CutsOff(CriticalUse use) => use.Reason is CriticalReason.DefaultRoute or CriticalReason.ManagementNetwork;
}
