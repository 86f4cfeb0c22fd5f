using System.Collections.Immutable;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Values;

/// <summary>A finding that the operator lives with until a date: of one device, slot or VM, or of the whole host where none is named.</summary>
/// <param name="At">Where it stands: <c>etc/passthru-exporter/config.yml:4</c>.</param>
/// <param name="Alert">The alert that tells of the finding.</param>
/// <param name="Until">The last day on which it holds, in UTC.</param>
/// <param name="Reason">Why, for whoever reads it later.</param>
public sealed record Acceptance(ConfigLine At, string Alert, DateOnly Until, string Reason)
{
    public PciSelector? Address { get; init; }

    /// <summary>The board's slot, as the kernel names it in <c>/sys/bus/pci/slots</c>.</summary>
    public string? Slot { get; init; }

    public string? Vm { get; init; }

    public bool IsOfHost => Address is null && Slot is null && Vm is null;

    public bool HoldsAt(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime) <= Until;
}

/// <summary>An acceptance, and what of this host it is about now.</summary>
/// <param name="Acceptance">What the operator wrote.</param>
/// <param name="Functions">Functions that it names; none where it is of the whole host.</param>
/// <param name="Vms">VMs that it names, or that take what it names.</param>
public sealed record AcceptedScope(Acceptance Acceptance, ImmutableArray<PciAddress> Functions, ImmutableArray<string> Vms)
{
    public bool Covers(Finding finding) =>
        finding.Rule.Alert == Acceptance.Alert
        && (Acceptance.IsOfHost || finding.Functions.Any(function => Functions.Contains(function)) || finding.Vms.Any(vm => Vms.Contains(vm)));
}
