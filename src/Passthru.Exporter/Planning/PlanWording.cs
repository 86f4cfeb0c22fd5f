using Passthru.Exporter.Topology;
using Passthru.Facts.Pci;
using Passthru.Findings.Plans;

namespace Passthru.Exporter.Planning;

/// <summary>What every form of a plan says the same.</summary>
internal static class PlanWording
{
    public const string BackEnd = "Settings that were here before this plan: passthru-exporter plan --undo.";

    /// <summary>Drivers of the host get their devices at a boot.</summary>
    public const string LastOfBack = "systemctl reboot";

    public static string Title(Plan plan)
    {
        var devices = string.Join(", ", plan.Asked.Select(Name));
        return plan.IsUndo ? $"{devices}: back to the host" : $"{devices}: to {plan.Vm ?? "a VM"}";
    }

    /// <summary><c>0000:03:00.0 Intel I210 (igb)</c>.</summary>
    public static string Name(PciFunction function) =>
        $"{function.Address}{(TopologyWords.Name(function) is { } name ? $" {name}" : "")} ({function.Driver?.Name ?? "no driver"})";

    public static string Verdict(Plan plan) => plan.Verdict switch
    {
        PlanVerdict.MustNot => "It must not go:",
        PlanVerdict.Unknown => "Whether it may go is unknown:",
        _ => plan.Remarks.IsEmpty ? "It may go: nothing on this host needs it." : "It may go:",
    };

    public static string Weight(RemarkWeight weight) => weight switch
    {
        RemarkWeight.Blocks => "no",
        RemarkWeight.Unknown => "unknown",
        RemarkWeight.Costs => "costs",
        _ => "note",
    };

    public static string ChangeLabel(Remark remark) => remark.Weight == RemarkWeight.Blocks ? "would change that:" : "do:";

    public static string State(StepState state) => state switch
    {
        StepState.Done => "done",
        StepState.ToDo => "to do",
        _ => "look",
    };

    public static IEnumerable<(int Number, PlanStep Step)> Numbered(IEnumerable<PlanStep> steps) => steps.Select((step, index) => (index + 1, step));

    /// <summary>A reboot is part of the plan.</summary>
    public static bool Reboots(Plan plan) => plan.Steps.Any(step => step.State != StepState.Done && step.Commands.Contains(LastOfBack));

    /// <summary>Steps that can be undone, the last first.</summary>
    public static IEnumerable<(int Number, PlanStep Step)> Back(Plan plan) => plan.IsUndo ? [] : Numbered(plan.Steps).Where(it => !it.Step.Back.IsEmpty).Reverse();
}
