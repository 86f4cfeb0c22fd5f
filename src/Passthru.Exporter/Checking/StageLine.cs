using Passthru.Exporter.Topology;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Reading;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings.Devices;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Checking;

/// <summary>One step of the diagnosis: how it stands, and by what.</summary>
/// <param name="Stage">The step.</param>
/// <param name="State">ok, note, warning, critical, or unknown where nothing of it could be seen.</param>
/// <param name="Summary">What was seen.</param>
internal sealed record StageLine(Stage Stage, string State, string Summary)
{
    /// <summary>A source of it was refused or did not answer.</summary>
    public bool CouldNotBeRead { get; private init; }

    public static IEnumerable<StageLine> For(HostCheck check) => Enum.GetValues<Stage>().Select(stage => For(stage, check));

    public static string NameOf(Stage stage) => stage switch
    {
        Stage.Firmware => "firmware",
        Stage.Kernel => "kernel",
        Stage.Group => "groups",
        Stage.Owner => "owners",
        Stage.VmConfiguration => "VMs",
        _ => "devices",
    };

    public static string NameOf(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.Warning => "warning",
        _ => "note",
    };

    private static StageLine For(Stage stage, HostCheck check)
    {
        var findings = check.Findings.Where(finding => finding.Rule.Stage == stage).ToList();
        var seen = Seen(stage, check.Facts, check.Report);
        var couldNotBeRead = Sources(stage).Any(source => check.Facts.Collectors.Any(run => run.Collector == source && !run.IsWhole));
        var state = findings.Count > 0 ? NameOf(findings.Max(finding => finding.Severity))
            : seen is null || couldNotBeRead || (stage == Stage.Group && check.Report.IommuEnabled == false) ? "unknown"
            : stage == Stage.Kernel && check.Report.IommuEnabled == false ? "note"
            : "ok";
        var summary = stage == Stage.Group && check.Report.IommuEnabled == false ? "not checked: the IOMMU is off"
            : seen ?? (couldNotBeRead ? "could not be read" : "could not be seen");
        var unread = couldNotBeRead && seen is not null ? " (not all of it could be read, see below)" : "";
        return new StageLine(stage, state, $"{Reasons(findings)}{summary}{unread}") { CouldNotBeRead = couldNotBeRead };
    }

    /// <summary>What makes the state, worst first: <c>ownership lost (0000:03:00.0); </c>.</summary>
    private static string Reasons(List<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return "";
        }

        var worst = findings.Max(finding => finding.Severity);
        var kinds = findings.Where(finding => finding.Severity == worst).GroupBy(finding => finding.Rule);
        return string.Join(", ", kinds.Select(kind => $"{Words(kind.Key.Id)}{Subjects([.. kind])}")) + "; ";
    }

    /// <summary>The id of a finding as people write it: <c>device without FLR</c>.</summary>
    private static string Words(string id) =>
        string.Join(' ', id.Split('-').Select(word => word is "iommu" or "acs" or "flr" or "vm" or "rom" or "nic" or "gpu" ? word.ToUpperInvariant() : word));

    private static string Subjects(List<Finding> alike) =>
        alike.Count > 2 ? $" ({alike.Count})"
        : alike.Exists(finding => finding.Subject == "host") ? ""
        : $" ({string.Join(", ", alike.Select(finding => finding.Subject))})";

    /// <summary>What the verdict of a stage stands on.</summary>
    private static Collector[] Sources(Stage stage) => stage switch
    {
        Stage.Firmware => [Collector.Platform],
        Stage.Kernel => [Collector.Kernel, Collector.Iommu],
        Stage.Group => [Collector.Iommu, Collector.Pci],
        Stage.Owner => [Collector.Pci, Collector.Boot],
        Stage.VmConfiguration => [.. VmManagers.WithFiles.Select(manager => manager.Collector!.Value)],
        _ => [Collector.Pci],
    };

    private static string? Seen(Stage stage, HostFacts facts, Report report) => stage switch
    {
        Stage.Firmware or Stage.Kernel when facts.Platform?.Hypervisor?.HasIommu == true => "Xen has the IOMMU; this is its dom0",
        Stage.Firmware => facts.Platform?.FirmwareTables is { } tables
            ? tables.Length == 0 ? "no IOMMU offered" : $"IOMMU offered ({string.Join(", ", tables.Order())})"
            : null,
        Stage.Kernel => report.IommuEnabled is { } enabled ? Kernel(enabled, facts, report) : null,
        Stage.Group => report.Groups is { } groups ? $"{TopologyWords.Count(groups.Length, "group")}, {groups.Count(group => group.IsCandidate)} with assignable devices{Isolation(report)}" : null,
        Stage.Owner => report.Ownership.ExpectedDevices is { } reserved
            ? $"{TopologyWords.Count(reserved.Length, "device")} expected on VFIO, {reserved.Count(one => one.Function?.Driver?.IsVfio == true)} there"
            : null,
        Stage.VmConfiguration => report.Vms is { } vms
            ? $"{TopologyWords.Count(vms.Length, "VM")} with host devices, {vms.Count(vm => vm.IsRunning == true)} running"
            : null,
        _ => report.Devices is { } devices ? Resets([.. devices.Where(device => device.IsReserved)]) : null,
    };

    private static string Kernel(bool enabled, HostFacts facts, Report report)
    {
        var units = (facts.Iommu?.Units ?? []).Select(unit => unit.Kind).Distinct().Select(Name);
        var remapping = facts.Platform?.InterruptRemapping switch { true => ", interrupt remapping on", false => ", interrupt remapping off", _ => "" };
        var acs = report.AcsOverride.Active == true ? ", ACS override active" : "";
        return enabled ? $"IOMMU on ({string.Join(", ", units)}){remapping}{acs}" : "IOMMU off";
    }

    private static string Name(IommuKind kind) => kind switch
    {
        IommuKind.Intel => "Intel VT-d",
        IommuKind.Amd => "AMD-Vi",
        IommuKind.ArmSmmu or IommuKind.ArmSmmuV3 => "Arm SMMU",
        IommuKind.Virtio => "virtio",
        _ => "other",
    };

    private static string Isolation(Report report) => report.Isolation.ModelMatches switch
    {
        true => $", boundaries verified against hardware{Peers(report)}",
        false => ", some boundaries could not be verified",
        _ => "",
    };

    private static string Peers(Report report) =>
        (report.Groups ?? []).Count(group => group.IsCandidate && report.Isolation.Of(group.Group.Name)?.PeerReachable > 0) is var reached and > 0
            ? $", but {TopologyWords.Count(reached, "group")} can be reached by peers below a switch"
            : "";

    private static string Resets(IReadOnlyList<DeviceVerdict> reserved) => reserved.Count == 0
        ? "none expected on VFIO"
        : $"{reserved.Count(device => device.Reset.Flr == true)} of {TopologyWords.Count(reserved.Count, "expected device")} with FLR";
}
