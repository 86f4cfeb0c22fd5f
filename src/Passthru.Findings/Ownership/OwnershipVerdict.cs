using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.Ownership;

/// <summary>Who should have which function, who has it, and who holds it open.</summary>
public sealed record OwnershipVerdict
{
    /// <summary>By address, every function that any source speaks of; null where functions were not read.</summary>
    public required ImmutableArray<ExpectedDevice>? ExpectedDevices { get; init; }

    /// <summary>Sources that are there and could not be read: they may claim more.</summary>
    public ImmutableArray<ExpectationSource> Unresolved { get; init; } = [];

    /// <summary>By process number.</summary>
    public required ImmutableArray<HolderVerdict> Holders { get; init; }

    /// <summary>Who is not among <see cref="Holders"/> holds nothing.</summary>
    public required bool HoldersComplete { get; init; }

    /// <summary>Groups with a function in use whose user was not found.</summary>
    public EquatableArray<string> HeldUnseen { get; init; } = [];

    /// <summary>Ids that modprobe.d gives to a vfio-pci which is built in and never hears of them.</summary>
    public VfioIds? IdleIds { get; init; }

    /// <summary>Null where a source that goes before it could not be read.</summary>
    public ExpectationSource? StrongestSource(ExpectedDevice reservation)
    {
        var strongest = reservation.Strongest.Source;
        var overrideComplete = reservation.Function?.TellsSlow("driver_override") != false;
        return Unresolved.Any(source => source < strongest) || (strongest > ExpectationSource.DriverOverride && !overrideComplete) ? null : strongest;
    }

    /// <summary>The virtual machine that has it or is to have it; null where no claim names one, or one that could not be read might name another.</summary>
    public string? Vm(ExpectedDevice reservation) =>
        Unresolved.Any(source => source >= ExpectationSource.Vm) && reservation.Strongest.Source != ExpectationSource.Config ? null : reservation.Vm;

    internal static OwnershipVerdict Assess(HostFacts facts, EndpointIndex endpoints, ConfiguredExpectations expectations, ImmutableArray<VmState> vms) => new()
    {
        ExpectedDevices = facts.Pci is { } pci ? Reserve(pci, endpoints, ExpectationCollector.Collect(facts, endpoints, expectations, vms)) : null,
        Unresolved = [.. ExpectationCollector.Unresolved(facts)],
        Holders = HolderAssessor.Assess(facts, endpoints, expectations, vms),
        HoldersComplete = facts.Processes?.HoldersComplete == true,
        HeldUnseen = facts.Processes?.GroupsHeldUnseen ?? [],
        IdleIds = ExpectationCollector.HearsOfModprobe(facts) == false ? facts.Boot?.Modules.VfioIds : null,
    };

    /// <summary>Bridges can't be handed out, whatever is claimed; of what is there and was not seen nothing can be said.</summary>
    private static ImmutableArray<ExpectedDevice> Reserve(PciFacts pci, EndpointIndex endpoints, IEnumerable<Expectation> claims) =>
    [
        .. from claim in claims
           group claim by claim.Function into claimed
           let function = endpoints.At(claimed.Key)
           where function is null or { HeaderType: null or 0 } && !pci.Unseen.Contains(claimed.Key)
           orderby claimed.Key
           select ExpectedDevice.Assess(claimed.Key, function, claimed),
    ];

    /// <summary>Every function that somebody claims.</summary>
    internal HashSet<PciAddress> Reserved() => [.. (ExpectedDevices ?? []).Select(reservation => reservation.Address)];

    /// <summary>Processes that hold a group; null where one may be that was not seen.</summary>
    public ImmutableArray<HolderVerdict>? HoldersOf(string group)
    {
        ImmutableArray<HolderVerdict> holders = [.. Holders.Where(holder => holder.Groups.Contains(group))];
        return holders.IsEmpty && (!HoldersComplete || HeldUnseen.Contains(group)) ? null : holders;
    }
}
