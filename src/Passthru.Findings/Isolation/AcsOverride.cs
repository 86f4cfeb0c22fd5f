using System.Collections.Immutable;
using Passthru.Facts.Kernel;
using Passthru.Facts.KernelLog;

namespace Passthru.Findings.Isolation;

/// <summary>
/// The three facts of the ACS override: asked for, possible, in force. A mainline kernel passes the parameter on to init and
/// does nothing. Three witnesses tell whether a kernel carries the patch: its symbols, its log, and the groups it has made.
/// </summary>
public sealed record AcsOverride
{
    public required bool? Requested { get; init; }

    public required ImmutableArray<string> Options { get; init; }

    /// <summary>What all witnesses say that speak; null where none does, and where they contradict each other.</summary>
    public required bool? Supported { get; init; }

    public required bool? Active { get; init; }

    public ImmutableArray<AcsOverrideWitness> Witnesses { get; init; } = [];

    /// <summary>One witness says that the kernel carries the patch, another that it does not.</summary>
    public bool IsContradictory => Witnesses.Select(witness => witness.Carried).Distinct().Skip(1).Any();

    internal static AcsOverride Assess(KernelFacts? kernel, KernelLogFacts? log, bool? byGroups)
    {
        var request = kernel?.CommandLine is { } line ? AcsOverrideRequest.Parse(line) : null;
        bool? requested = kernel?.CommandLine is null ? null : request is not null;
        bool? asksForSomething = requested is null ? null : request?.Options.Length > 0;
        ImmutableArray<AcsOverrideWitness> witnesses = [.. Hear(kernel, log, byGroups)];
        var answers = witnesses.Select(witness => witness.Carried).Distinct().ToList();
        bool? supported = answers is [var one] ? one : null;
        return new AcsOverride
        {
            Requested = requested,
            Options = request?.Options ?? [],
            Supported = supported,
            Active = asksForSomething == false || supported == false ? false : asksForSomething & supported,
            Witnesses = witnesses,
        };
    }

    private static IEnumerable<AcsOverrideWitness> Hear(KernelFacts? kernel, KernelLogFacts? log, bool? byGroups)
    {
        if (kernel?.CarriesAcsOverride is { } symbol)
        {
            yield return new(symbol, symbol ? "proc/kallsyms has pcie_acs_overrides" : "proc/kallsyms has no pcie_acs_overrides");
        }

        if (log?.Acs.OverrideEnabled == true)
        {
            yield return new(true, "the kernel log says \"PCIe ACS overrides enabled\"");
        }

        if (log?.Acs.OverrideUnknown == true)
        {
            yield return new(false, "the kernel log names pcie_acs_override among unknown parameters");
        }

        if (byGroups is { } groups)
        {
            yield return new(groups, groups ? "the IOMMU groups are those that the override draws" : "the IOMMU groups are those of the hardware");
        }
    }
}

/// <summary>Something that tells whether the running kernel carries the override patch.</summary>
/// <param name="Carried">It does.</param>
/// <param name="Evidence">Where that is seen.</param>
public sealed record AcsOverrideWitness(bool Carried, string Evidence);
