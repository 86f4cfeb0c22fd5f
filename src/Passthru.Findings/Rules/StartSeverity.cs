using Passthru.Findings.HostCritical;
using Passthru.Findings.NextStart;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>How bad it is that a start would take what the host lives on.</summary>
internal static class StartSeverity
{
    /// <summary>
    /// Critical where it happens by itself, and where it cuts the host off, so that nobody could undo it from afar; else a warning to
    /// whoever presses the button.
    /// </summary>
    public static Severity For(VmVerdict vm, Report report) =>
        vm.IsUrgent || (report.Devices ?? []).Any(device => vm.StartTakesCritical!.Value.Contains(device.Function.Address) && device.Critical.Any(CutsOff))
            ? Severity.Critical
            : Severity.Warning;

    private static bool CutsOff(HostCriticalUse use) => use.Reason is HostCriticalReason.DefaultRoute or HostCriticalReason.ManagementNetwork;
}
