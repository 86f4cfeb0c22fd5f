using System.Collections.Immutable;
using System.CommandLine;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Planning;
using Passthru.Exporter.Text;
using Passthru.Facts.Pci;
using Passthru.Findings.Plans;

namespace Passthru.Exporter.Commands;

/// <summary><c>plan</c>: one read, and from it the steps that bring a device to a VM, or back. Nothing is run or written.</summary>
internal static class PlanDevice
{
    private const int MustNot = 2;

    /// <summary>Devices, by whatever people call them.</summary>
    public static readonly Argument<string[]> Devices = new("DEVICE")
    {
        Description = "Address (01:00.0; 01:00 for a whole slot), vendor:device (10de:2204), name (nvme1, enp3s0, card1) or slot.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static int Run(ParseResult flags)
    {
        var seen = HostRoot.Look(flags);
        IssueLog.Tell(seen.Facts, HostRoot.Log(flags));
        var asked = Asked(seen, flags.GetRequiredValue(Devices));
        var plan = flags.GetValue(Flags.Undo)
            ? Planner.TakeBack(seen.Facts, seen.Report, asked)
            : Planner.Give(seen.Facts, seen.Report, asked, flags.GetValue(Flags.PlanVm));
        Console.Out.Write(flags.GetValue(Flags.PlanFormat) == PlanFormat.Markdown ? PlanMarkdown.Render(plan) : PlanText.Render(plan, Check.HasColours()));
        return plan.Verdict switch
        {
            PlanVerdict.MustNot => MustNot,
            PlanVerdict.Unknown => ExitCode.CouldNotLook,
            _ => 0,
        };
    }

    /// <exception cref="CannotStartException">A word names no device of this host.</exception>
    private static ImmutableArray<PciFunction> Asked(Observation seen, string[] words)
    {
        var asked = ImmutableArray.CreateBuilder<PciFunction>();
        foreach (var word in words)
        {
            var found = DeviceSelection.Find(seen.Facts, word);
            asked.AddRange(found.IsEmpty ? throw new CannotStartException(NothingIs(seen, word)) : found);
        }

        return [.. asked.Distinct().OrderBy(function => function.Address)];
    }

    private static string NothingIs(Observation seen, string word)
    {
        var nearest = DidYouMean.Nearest(word, DeviceSelection.Known(seen.Facts));
        return $"no device here is {Printable.Text(word)}{(nearest is null ? "" : $", did you mean {nearest}?")}";
    }
}
