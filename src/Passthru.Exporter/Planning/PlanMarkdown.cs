using System.Text;
using Passthru.Exporter.Text;
using Passthru.Exporter.Topology;
using Passthru.Findings.Plans;

namespace Passthru.Exporter.Planning;

/// <summary>A plan for a ticket: GitHub's Markdown. A block of <c>sh</c> is to be run; what is only looked at, or is another way, is in other blocks.</summary>
internal sealed class PlanMarkdown
{
    private readonly StringBuilder _page = new();

    public static string Render(Plan plan)
    {
        var page = new PlanMarkdown();
        page.Head(plan);
        foreach (var (number, step) in PlanWording.Numbered(plan.Steps))
        {
            page.Step(number, step);
        }

        page.Back(plan);
        return page._page.ToString();
    }

    private void Head(Plan plan)
    {
        Line($"# {Text(PlanWording.Title(plan))}");
        if (!plan.Along.IsEmpty)
        {
            Line();
        }

        foreach (var companion in plan.Along)
        {
            Line($"- along: {Text($"{PlanWording.Name(companion.Function)}: {companion.Why}")}");
        }

        if (!plan.IsUndo)
        {
            Line().Line($"**{Text(PlanWording.Verdict(plan))}**").Line();
            foreach (var remark in plan.Remarks)
            {
                Line($"- {PlanWording.Weight(remark.Weight)}: {Text(remark.Text)}{(remark.Change is { } change ? Text($" {PlanWording.ChangeLabel(remark)} {change}") : "")}");
            }
        }
    }

    private void Step(int number, PlanStep step)
    {
        Line().Line($"## {number}. {Text(step.Title)}: {PlanWording.State(step.State)}");
        if (step.What.Length + step.Evidence.Length > 0)
        {
            Line();
        }

        step.What.ToList().ForEach(what => Line($"- {Text(what)}"));
        step.Evidence.ToList().ForEach(evidence => Line($"- seen: {Text(evidence)}"));
        Block("text", step.Text is { } text ? [text] : []);
        Block("sh", step.Commands);
        if (step.Instead is { } instead)
        {
            Line().Line(Text($"{instead.When}:"));
            Block("console", instead.Commands);
        }

        if (!step.Proofs.IsEmpty)
        {
            Line().Line("Verify:");
            Block("console", step.Proofs.SelectMany(proof => (string[])[proof.Command, $"# → {proof.Expected}"]));
        }
    }

    private void Back(Plan plan)
    {
        var steps = PlanWording.Back(plan).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        Line().Line("## The way back");
        foreach (var (number, step) in steps)
        {
            Line().Line($"{number}\\. {Text(step.Title)}");
            Block("console", step.Back);
        }

        Block("console", PlanWording.Reboots(plan) ? [PlanWording.LastOfBack] : []);
        Line().Line(Text(PlanWording.BackEnd));
    }

    /// <summary>Longer a fence than any run of backticks inside (CommonMark 0.31, 4.5).</summary>
    private void Block(string language, IEnumerable<string> lines)
    {
        var content = lines.SelectMany(line => line.Split('\n')).Select(Printable.Text).ToList();
        if (content.Count == 0)
        {
            return;
        }

        var fence = new string('`', Math.Max(3, content.Max(LongestRun) + 1));
        Line().Line($"{fence}{language}");
        content.ForEach(line => Line(line));
        Line(fence);
    }

    private static int LongestRun(string line)
    {
        var (longest, run) = (0, 0);
        foreach (var letter in line)
        {
            run = letter == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static string Text(string text) => TopologyMarkdown.Escaped(text);

    private PlanMarkdown Line(string line = "")
    {
        _page.Append(line).Append('\n');
        return this;
    }
}
