using System.Collections.Immutable;
using System.Text;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;
using Passthru.Findings.NextStart;
using Passthru.Findings.Ready;

namespace Passthru.Exporter.Checking;

/// <summary><c>check --ready</c>: the checklist of each VM that takes host devices, or of one.</summary>
internal sealed record ReadyText(ImmutableArray<(VmVerdict Vm, ImmutableArray<ReadyLine> Lines)> Vms)
{
    /// <summary>0 all pass, 1 something is unknown, 2 something fails, 3 there is no VM to look at.</summary>
    public int ExitCode => Vms.IsEmpty ? Text.ExitCode.CouldNotLook
        : Vms.SelectMany(vm => vm.Lines).Max(line => line.State) switch { ReadyState.Fail => 2, ReadyState.Unknown => 1, _ => 0 };

    /// <param name="seen">The host.</param>
    /// <param name="vm">Id or name; null for every VM.</param>
    public static ReadyText Of(Observation seen, string? vm) => new(
    [
        .. (seen.Report.Vms ?? []).Where(verdict => !verdict.Vm.IsTemplate && (vm is null || verdict.Vm.Id == vm || verdict.Vm.Name == vm))
            .Select(verdict => (verdict, ReadyCheck.Of(seen.Facts, seen.Report, verdict))),
    ]);

    public string Render()
    {
        var text = new StringBuilder();
        foreach (var (vm, lines) in Vms)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(Printable.Text($"VM {vm.Vm.Id}{(vm.Vm.Name is { } name && name != vm.Vm.Id ? $" ({name})" : "")}")).Append('\n');
            foreach (var line in lines)
            {
                text.Append("  ").Append($"{Word(line.State),-13}").Append($"{line.Name,-17}").Append(Printable.Text(line.Told)).Append('\n');
            }
        }

        return text.Length > 0 ? text.ToString() : "No VM with host devices is known here.\n";
    }

    private static string Word(ReadyState state) => state switch
    {
        ReadyState.Pass => "pass",
        ReadyState.Fail => "fail",
        _ => "cannot tell",
    };
}
