using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Reports;

namespace Passthru.Findings.Plans;

/// <summary>From a device to a VM that starts with it, and back. Reads facts and findings, and does nothing itself.</summary>
public static class Planner
{
    /// <param name="facts">The host.</param>
    /// <param name="report">What was made of it.</param>
    /// <param name="asked">Functions that are to go.</param>
    /// <param name="vm">The VM by number or name; null: none is named yet.</param>
    public static Plan Give(HostFacts facts, Report report, ImmutableArray<PciFunction> asked, string? vm)
    {
        var subject = Subject(facts, report, asked, vm);
        ImmutableArray<Remark> remarks = [.. new Permission(subject).Remarks().Distinct().OrderBy(remark => remark.Weight), .. Unheard(subject)];
        var verdict = remarks.Any(remark => remark.Weight == RemarkWeight.Blocks) ? PlanVerdict.MustNot
            : remarks.Any(remark => remark.Weight == RemarkWeight.Unknown) ? PlanVerdict.Unknown : PlanVerdict.May;
        return new Plan
        {
            Asked = asked,
            Along = subject.Along,
            Vm = subject.Vm is { } known ? PlanWords.Vm(known) : vm is null ? null : $"VM {vm}",
            Verdict = verdict,
            Remarks = report.IommuEnabled == false ? remarks.Add(new(RemarkWeight.Note, "Groups are not known before the IOMMU runs: after the reboot, run this plan again.")) : remarks,
            Steps = verdict == PlanVerdict.MustNot ? [] : [.. Steps(subject)],
        };
    }

    /// <summary>A VM of a manager whose definitions are read, and among them it is not.</summary>
    private static IEnumerable<Remark> Unheard(PlanSubject subject) =>
        subject.VmName is { } name && subject.Vm is null && VmSteps.ManagerOf(subject) is { } manager && subject.Runs(manager) && manager.Name != VmSteps.Incus
            ? [new(RemarkWeight.Note, $"{manager.Title} has no VM {name} here. The commands are for one of that name.")]
            : [];

    /// <summary>The way back, from what is there now.</summary>
    public static Plan TakeBack(HostFacts facts, Report report, ImmutableArray<PciFunction> asked)
    {
        var subject = Subject(facts, report, asked, null);
        return new Plan
        {
            Asked = asked,
            Along = subject.Along,
            Verdict = PlanVerdict.May,
            Steps = [.. new UndoSteps(subject).All()],
            IsUndo = true,
        };
    }

    private static PlanSubject Subject(HostFacts facts, Report report, ImmutableArray<PciFunction> asked, string? vm) =>
        new(facts, report, asked, vm is null ? null : facts.Managers.SelectMany(section => section.Vms ?? []).OrderBy(it => it.Id == vm ? 0 : 1).FirstOrDefault(it => it.Id == vm || it.Name == vm), vm);

    private static IEnumerable<PlanStep> Steps(PlanSubject subject)
    {
        foreach (var step in new IommuSteps(subject).All())
        {
            yield return step;
        }

        if (subject.Report.IommuEnabled == false)
        {
            yield return new PlanStep("Reboot", StepState.ToDo)
            {
                Commands = ["systemctl reboot"],
                Proofs = [new Proof($"readlink /sys/bus/pci/devices/{subject.Asked[0].Address}/iommu_group", "iommu_groups/")],
            };
            yield break;
        }

        var manager = VmSteps.ManagerOf(subject);
        var binding = new Binding(subject, manager);
        PlanStep[] boot = [.. VirtualFunctionSteps.All(subject), .. new BindingSteps(subject, binding).All()];
        foreach (var step in boot.Concat(new RebootSteps(subject, binding).All(boot.All(step => step.State != StepState.ToDo))).Concat(VmSteps.All(subject, manager)))
        {
            yield return step;
        }
    }
}
