using System.Text;
using Passthru.Exporter.Text;
using Passthru.Findings.Plans;

namespace Passthru.Exporter.Planning;

/// <summary>A plan for a person at a terminal.</summary>
internal sealed class PlanText
{
    private readonly StringBuilder _text = new();
    private readonly bool _colour;

    private PlanText(bool colour) => _colour = colour;

    public static string Render(Plan plan, bool colour)
    {
        var text = new PlanText(colour);
        text.Head(plan);
        foreach (var (number, step) in PlanWording.Numbered(plan.Steps))
        {
            text.Step(number, step);
        }

        text.Back(plan);
        return text._text.ToString();
    }

    private void Head(Plan plan)
    {
        Line(Bold(PlanWording.Title(plan)));
        foreach (var companion in plan.Along)
        {
            Line($"  along: {PlanWording.Name(companion.Function)}: {companion.Why}");
        }

        if (plan.IsUndo)
        {
            return;
        }

        Line().Line(Coloured(plan.Verdict == PlanVerdict.MustNot ? "31;1" : plan.Verdict == PlanVerdict.May ? "32" : "35", PlanWording.Verdict(plan)));
        foreach (var remark in plan.Remarks)
        {
            Line($"  {PlanWording.Weight(remark.Weight),-8}{remark.Text}");
            if (remark.Change is { } change)
            {
                Line($"  {"",-8}{PlanWording.ChangeLabel(remark)} {change}");
            }
        }
    }

    private void Step(int number, PlanStep step)
    {
        Line().Line(Bold($"{number}. {step.Title}: ") + Coloured(step.State switch { StepState.Done => "32", StepState.ToDo => "33", _ => "35" }, PlanWording.State(step.State)));
        step.What.ToList().ForEach(what => Line($"   {what}"));
        step.Evidence.ToList().ForEach(evidence => Line($"   seen: {evidence}"));
        Commands(step.Text is { } text ? [text] : []);
        Commands(step.Commands);
        if (step.Instead is { } instead)
        {
            Line($"   {instead.When}:");
            Commands(instead.Commands);
        }

        foreach (var proof in step.Proofs)
        {
            Line($"   verify: {proof.Command}");
            Line($"        →  {proof.Expected}");
        }
    }

    private void Back(Plan plan)
    {
        var steps = PlanWording.Back(plan).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        Line().Line(Bold("The way back"));
        foreach (var (number, step) in steps)
        {
            Line($"   {number}. {step.Title}");
            Commands(step.Back);
        }

        Commands(PlanWording.Reboots(plan) ? [PlanWording.LastOfBack] : []);
        Line($"   {PlanWording.BackEnd}");
    }

    private void Commands(IEnumerable<string> commands)
    {
        foreach (var line in commands.SelectMany(command => command.Split('\n')))
        {
            Line($"     {line}");
        }
    }

    private PlanText Line(string line = "")
    {
        _text.Append(line.Contains('\x1b', StringComparison.Ordinal) && _colour ? line : Printable.Text(line)).Append('\n');
        return this;
    }

    private string Bold(string text) => _colour ? $"\x1b[1m{Printable.Text(text)}\x1b[0m" : text;

    private string Coloured(string code, string text) => _colour ? $"\x1b[{code}m{Printable.Text(text)}\x1b[0m" : text;
}
