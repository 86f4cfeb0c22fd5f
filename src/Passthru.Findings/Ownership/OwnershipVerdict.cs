using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Pci;
using Passthru.Findings.Guests;

namespace Passthru.Findings.Ownership;

/// <summary>Who should have which function, who has it, and who holds it open.</summary>
public sealed record OwnershipVerdict
{
    /// <summary>By address, every function that any source speaks of; null where functions were not read.</summary>
    public required ImmutableArray<Reservation>? Reservations { get; init; }

    /// <summary>Sources that are there and could not be read: they may claim more.</summary>
    public ImmutableArray<ClaimSource> Untold { get; init; } = [];

    /// <summary>By process number.</summary>
    public required ImmutableArray<HolderVerdict> Holders { get; init; }

    /// <summary>Who is not among <see cref="Holders"/> holds nothing.</summary>
    public required bool HoldersTold { get; init; }

    /// <summary>Groups with a function in use whose user was not found.</summary>
    public EquatableArray<string> HeldUnseen { get; init; } = [];

    /// <summary>Ids that modprobe.d gives to a vfio-pci which is built in and never hears of them.</summary>
    public VfioIds? IdleIds { get; init; }

    /// <summary>Null where a source that goes before it could not be read.</summary>
    public ClaimSource? StrongestSource(Reservation reservation)
    {
        var strongest = reservation.Strongest.Source;
        var overrideTold = reservation.Function?.TellsSlow("driver_override") != false;
        return Untold.Any(source => source < strongest) || (strongest > ClaimSource.DriverOverride && !overrideTold) ? null : strongest;
    }

    /// <summary>The virtual machine that has it or is to have it; null where no claim names one, or one that could not be read might name another.</summary>
    public string? Vm(Reservation reservation) =>
        Untold.Any(source => source >= ClaimSource.Vm) && reservation.Strongest.Source != ClaimSource.Config ? null : reservation.Vm;

    internal static OwnershipVerdict Of(HostFacts facts, Endpoints endpoints, Expectations expectations, ImmutableArray<GuestState> guests) => new()
    {
        Reservations = facts.Pci is { } pci ? Reserve(pci, endpoints, Claims.Of(facts, endpoints, expectations, guests)) : null,
        Untold = [.. Claims.Untold(facts)],
        Holders = HolderRule.Of(facts, endpoints, expectations, guests),
        HoldersTold = facts.Processes?.HoldersTold == true,
        HeldUnseen = facts.Processes?.GroupsHeldUnseen ?? [],
        IdleIds = Claims.HearsOfModprobe(facts) == false ? facts.Boot?.Modules.VfioIds : null,
    };

    /// <summary>Bridges can't be handed out, whatever is claimed; of what is there and was not seen nothing can be said.</summary>
    private static ImmutableArray<Reservation> Reserve(PciFacts pci, Endpoints endpoints, IEnumerable<Claim> claims) =>
    [
        .. from claim in claims
           group claim by claim.Function into claimed
           let function = endpoints.At(claimed.Key)
           where function is null or { HeaderType: null or 0 } && !pci.Unseen.Contains(claimed.Key)
           orderby claimed.Key
           select Reservation.Of(claimed.Key, function, claimed),
    ];

    /// <summary>Every function that somebody claims.</summary>
    internal HashSet<PciAddress> Reserved() => [.. (Reservations ?? []).Select(reservation => reservation.Address)];

    /// <summary>Processes that hold a group; null where one may be that was not seen.</summary>
    public ImmutableArray<HolderVerdict>? HoldersOf(string group)
    {
        ImmutableArray<HolderVerdict> holders = [.. Holders.Where(holder => holder.Groups.Contains(group))];
        return holders.IsEmpty && (!HoldersTold || HeldUnseen.Contains(group)) ? null : holders;
    }
}
