using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Ownership;

/// <summary>A function that somebody claims for VFIO, and how that stands.</summary>
public sealed record ExpectedDevice
{
    public required PciAddress Address { get; init; }

    /// <summary>What is at the address; null where nothing is.</summary>
    public required PciFunction? Function { get; init; }

    /// <summary>All that speak of it: those that apply now first, then the strongest source.</summary>
    public required ImmutableArray<Expectation> Expectations { get; init; }

    /// <summary>Nothing answers at the address, or something else than the claim names; null where no claim names the address.</summary>
    public required bool? IsMissing { get; init; }

    /// <summary>A claim applies now and VFIO does not have the function; null where that can't be told.</summary>
    public required bool? IsMismatched { get; init; }

    public Expectation Strongest => Expectations[0];

    /// <summary>Somebody needs it now, or will without anybody's doing.</summary>
    public bool IsNeeded => Expectations.Any(claim => claim.IsUrgent);

    /// <summary>The same; null where that hangs on a VM of which it is not known whether it runs.</summary>
    public bool? IsKnownToBeNeeded => Answers.Any(Expectations.Select(claim => claim.IsUrgencyKnown ? claim.IsUrgent : (bool?)null));

    /// <summary>The virtual machine that has it or is to have it; null where no claim names one.</summary>
    public string? Vm => Expectations.Select(claim => claim.Vm).FirstOrDefault(vm => vm is not null);

    internal static ExpectedDevice Assess(PciAddress address, PciFunction? function, IEnumerable<Expectation> claims)
    {
        ImmutableArray<Expectation> ordered =
        [
            .. claims.Distinct()
                .OrderBy(claim => claim.AppliesNow == true ? 0 : 1)
                .ThenBy(claim => claim.Source)
                .ThenBy(claim => claim.Vm, StringComparer.Ordinal)
                .ThenBy(claim => claim.Evidence, StringComparer.Ordinal),
        ];
        return new ExpectedDevice
        {
            Address = address,
            Function = function,
            Expectations = ordered,
            IsMissing = IsAnyMissing(function, ordered),
            IsMismatched = IsAnyUnmet(function, ordered),
        };
    }

    private static bool? IsAnyMissing(PciFunction? function, ImmutableArray<Expectation> claims)
    {
        var byAddress = claims.Where(claim => claim.NamesAddress).ToList();
        return byAddress.Count == 0 ? null : Answers.Any(byAddress.Select(claim => Misses(claim, function)));
    }

    private static bool? IsAnyUnmet(PciFunction? function, ImmutableArray<Expectation> claims) => Answers.Any(claims.Select(claim => IsUnmet(claim, function)));

    private static bool? IsUnmet(Expectation claim, PciFunction? function)
    {
        var isThere = claim.Owner == Owner.Stub ? function?.Driver?.IsOfXen : function?.Driver?.IsVfio;
        var unmet = function is not null && (claim.TakesAnyDriver || isThere == true) ? Misses(claim, function) : true;
        return claim.AppliesNow == false || unmet == false ? false : claim.AppliesNow & unmet;
    }

    private static bool? Misses(Expectation claim, PciFunction? function) =>
        function is null ? true : Answers.Any([Differs(claim.Id, function.Id), Differs(claim.Subsystem, function.Subsystem)]);

    private static bool? Differs(PciId? wanted, PciId? actual) => wanted is null ? false : actual is null ? null : wanted != actual;
}
