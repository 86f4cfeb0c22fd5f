using Passthru.Facts;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Findings.Starts;

/// <summary>How a VM has started, by its manager's log.</summary>
public sealed record StartVerdict
{
    /// <summary>The last start that the log tells of.</summary>
    public VmStart? Last { get; init; }

    /// <summary>Why that one failed; null: it did not, or what became of it is not known.</summary>
    public StartFailure? Failure { get; init; }

    /// <summary>Starts since the host's boot that went through; null: there is no log, or the time of the boot is not known.</summary>
    public int? Succeeded { get; init; }

    /// <summary>Of those that failed.</summary>
    public int? Failed { get; init; }

    internal static StartVerdict Assess(Vm vm, HostFacts facts)
    {
        var starts = vm.Starts;
        var last = starts is { IsEmpty: false } some ? some[^1] : null;
        var sinceBoot = facts.Boot?.BootedAt is { } booted && starts is { } all ? all.Where(start => start.At >= booted).ToList() : null;
        return new StartVerdict
        {
            Last = last,
            Failure = last?.Succeeded == false ? Judged(last.Failure ?? new StartFailure(StartFailureReason.Other), facts) : null,
            Succeeded = sinceBoot?.Count(start => start.Succeeded == true),
            Failed = sinceBoot?.Count(start => start.Succeeded == false),
        };
    }

    /// <summary>The kernel's answer is the same where the firmware reserves memory and where interrupts are not remapped; the latter an operator may allow.</summary>
    private static StartFailure Judged(StartFailure failure, HostFacts facts) =>
        failure.Reason == StartFailureReason.Rmrr && facts.Platform?.InterruptRemapping == false ? failure with { Reason = StartFailureReason.Permission } : failure;
}
