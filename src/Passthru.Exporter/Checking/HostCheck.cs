using System.Collections.Immutable;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Topology;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Impacts;
using Passthru.Findings.NextStart;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Checking;

/// <summary>The answer of <c>check</c>, whatever it is written as: all findings, or those that bear on one machine or device.</summary>
internal sealed record HostCheck
{
    public required HostFacts Facts { get; init; }

    public required Report Report { get; init; }

    /// <summary>What was asked about: <c>VM 110</c>, <c>0000:01:00.0</c>; null for the whole host.</summary>
    public required string? About { get; init; }

    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>What is not known of the devices that were asked about, a line each.</summary>
    public ImmutableArray<string> Unknown { get; init; } = [];

    /// <summary>What breaks with what was asked about, in one sentence.</summary>
    public required string? FailureDomain { get; init; }

    /// <summary>The layout without the ACS override, where that is on and the whole host is asked about.</summary>
    public ImmutableArray<TopologyJoin>? WithoutOverride { get; init; }

    /// <summary>VMs that start with the host, where the whole host is asked about; of one VM that VM alone.</summary>
    public ImmutableArray<AfterBoot> AfterBoot { get; init; } = [];

    public Severity? Worst => Findings.IsEmpty ? null : Findings.Max(finding => finding.Severity);

    /// <summary>0 clean, 1 warnings, 2 critical, 3 where nothing worse was found and a source could not be read; notes are clean.</summary>
    public int ExitCode => Worst switch
    {
        Severity.Critical => 2,
        Severity.Warning => 1,
        _ => StageLine.For(this).Any(stage => stage.CouldNotBeRead) ? Text.ExitCode.CouldNotLook : 0,
    };

    public static HostCheck ForHost(Observation seen) => Build(seen, null, seen.Report.Findings, null) with
    {
        WithoutOverride = TopologyJoin.All(seen.Report, new TopologyIndex(seen.Facts, seen.Report)),
        AfterBoot = Passthru.Findings.Impacts.AfterBoot.Assess(seen.Report),
    };

    /// <summary>Null: there is no such machine with host devices.</summary>
    public static HostCheck? OfVm(Observation seen, string vm)
    {
        var verdict = (seen.Report.Vms ?? []).FirstOrDefault(verdict => verdict.Vm.Id == vm || verdict.Vm.Name == vm);
        if (verdict is null)
        {
            return null;
        }

        var findings = Relevant(seen, [.. verdict.Functions.Select(function => function.Address)], verdict);
        var check = Build(seen, $"VM {verdict.Vm.Id}", findings, new FailureDomain(seen.Facts, seen.Report).OfVm(verdict));
        return check with { Unknown = Unknowns.For(seen.Report, verdict) };
    }

    /// <summary>A function, or all of a slot. Null: nothing is there, and nobody expects anything there.</summary>
    public static HostCheck? OfDevice(Observation seen, PciSelector selector)
    {
        ImmutableArray<PciAddress> functions =
        [
            .. (seen.Facts.Pci?.Functions ?? []).Select(function => function.Address)
                .Concat((seen.Report.Ownership.ExpectedDevices ?? []).Select(expected => expected.Address))
                .Where(selector.Covers).Distinct().Order(),
        ];
        if (functions.IsEmpty)
        {
            return null;
        }

        var domain = new FailureDomain(seen.Facts, seen.Report);
        var sentences = functions.Select(domain.OfDevice).Distinct();
        return Build(seen, selector.ToString(), Relevant(seen, functions, verdict: null), string.Join('\n', sentences));
    }

    private static HostCheck Build(Observation seen, string? about, ImmutableArray<Finding> findings, string? failureDomain) => new()
    {
        Facts = seen.Facts,
        Report = seen.Report,
        About = about,
        Findings = findings,
        FailureDomain = failureDomain,
    };

    /// <summary>What concerns the host as a whole, the functions, their groups, or the VM; of a VM nothing that is another's.</summary>
    private static ImmutableArray<Finding> Relevant(Observation seen, ImmutableArray<PciAddress> functions, VmVerdict? verdict)
    {
        var groups = (seen.Report.Groups ?? []).Where(group => group.Group.Functions?.Any(functions.Contains) == true);
        var near = groups.SelectMany(group => group.Group.Functions ?? []).Concat(functions).ToHashSet();
        return
        [
            .. seen.Report.Findings.Where(finding =>
                (finding.Functions.IsEmpty && finding.Vms.IsEmpty)
                || (verdict is not null && finding.Vms.Contains(verdict.Vm.Id))
                || finding.Functions.Any(function => finding.Rule.Stage is Stage.Group or Stage.Owner ? near.Contains(function) : functions.Contains(function) && (verdict is null || finding.Vms.IsEmpty))),
        ];
    }
}
