using System.Collections.Immutable;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Findings;

/// <summary>
/// What pci_reset_fn_methods of drivers/pci/pci.c comes to for a function: read off <c>reset_method</c> where the kernel tells,
/// worked out from config space and the kernel's quirks where it does not (before Linux 5.15).
/// </summary>
internal sealed class ResetRule
{
    private readonly Dictionary<(uint Domain, byte Bus), int> _functionsOnBus;
    private readonly HashSet<(uint Domain, byte Bus)> _busesWithUnseen;
    private readonly bool? _kernelTells;

    public ResetRule(PciFacts pci, KernelFacts? kernel)
    {
        _functionsOnBus = pci.Functions.Where(function => !function.IsVirtual).CountBy(function => BusOf(function)).ToDictionary();
        _busesWithUnseen = [.. pci.Unseen.Select(BusOf)];
        bool? byRelease = KernelRelease.TryParse(kernel?.Release, out var release) ? release >= KernelRelease.WithResetMethods : null;
        _kernelTells = pci.TellsResetMethods ? true : byRelease;
    }

    public ResetVerdict Judge(PciFunction function)
    {
        if (function.ResetMethods is { } told)
        {
            return told.Contains("bus") && BusResetWorks(function) is null && HasUnseenNeighbour(function)
                ? new ResetVerdict(told.Contains("flr") || told.Contains("af_flr"), null, told.FirstOrDefault(method => method != "bus"))
                : Of(told.Where(method => method != "bus" || BusResetWorks(function) != false));
        }

        if (!function.Tells("reset_method"))
        {
            return new ResetVerdict(null, null, null);
        }

        return _kernelTells switch
        {
            true => Of([]),
            false => WorkOut(function),
            null => new ResetVerdict(FlrByConfig(function), null, null),
        };
    }

    private static ResetVerdict Of(IEnumerable<string> methods)
    {
        var usable = methods.ToImmutableArray();
        return new ResetVerdict(usable.Contains("flr") || usable.Contains("af_flr"), usable.Length, usable.FirstOrDefault());
    }

    /// <summary>The order of pci_reset_fn_methods. One that can't be decided leaves the number open, not the FLR.</summary>
    private ResetVerdict WorkOut(PciFunction function)
    {
        (string Name, bool? Works)[] methods =
        [
            ("device_specific", ResetQuirks.HasOwnReset(function)),
            ("flr", ExpressFlr(function)),
            ("af_flr", AdvancedFeaturesFlr(function)),
            ("pm", PowerManagementReset(function)),
            ("bus", ResetQuirks.HasBusReset(function) ? BusResetWorks(function) : false),
        ];
        return methods.Any(method => method.Works is null)
            ? new ResetVerdict(FlrByConfig(function), null, null)
            : Of(methods.Where(method => method.Works == true).Select(method => method.Name));
    }

    private static bool? FlrByConfig(PciFunction function) => Or(ExpressFlr(function), AdvancedFeaturesFlr(function));

    private static bool? ExpressFlr(PciFunction function) => WithoutQuirk(function, Seen(function, config => config.Express?.FunctionLevelReset));

    private static bool? AdvancedFeaturesFlr(PciFunction function) =>
        WithoutQuirk(function, Seen(function, config => config.AdvancedFeatures?.FunctionLevelReset));

    private static bool? WithoutQuirk(PciFunction function, bool? flr) => flr == true && !ResetQuirks.HasFlr(function) ? false : flr;

    private static bool? PowerManagementReset(PciFunction function) =>
        !ResetQuirks.HasPowerManagementReset(function) ? false : Seen(function, config => !config.PowerManagement?.NoSoftReset);

    /// <summary>A capability that is not there says no; one that could not be seen says nothing.</summary>
    private static bool? Seen(PciFunction function, Func<ConfigSpace, bool?> ask) =>
        function.Config is not { } config ? null : ask(config) ?? (config.CapabilitiesSeen ? false : null);

    /// <summary>
    /// Resetting the bus must hit nobody else. The kernel lists the method for function 0 of a card before it has seen the
    /// card's other functions, and refuses when it comes to it (pci_parent_bus_reset).
    /// </summary>
    private bool? BusResetWorks(PciFunction function)
    {
        if (function.IsVirtual || !function.IsEndpoint || _functionsOnBus.GetValueOrDefault(BusOf(function)) > 1)
        {
            return false;
        }

        return HasUnseenNeighbour(function) ? null : function.Path.IsKnown ? function.Path.Parent is not null : null;
    }

    private bool HasUnseenNeighbour(PciFunction function) => _busesWithUnseen.Contains(BusOf(function));

    private static (uint Domain, byte Bus) BusOf(PciFunction function) => BusOf(function.Address);

    private static (uint Domain, byte Bus) BusOf(PciAddress address) => (address.Domain, address.Bus);

    private static bool? Or(bool? one, bool? other) => one == true || other == true ? true : one | other;
}
