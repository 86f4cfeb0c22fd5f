using System.Collections.Immutable;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Devices;

/// <summary>
/// What pci_reset_fn_methods of drivers/pci/pci.c comes to for a function: read off <c>reset_method</c> where the kernel tells,
/// worked out from config space and the kernel's quirks where it does not (before Linux 5.15). Where nothing works for the
/// function alone, VFIO may still reset the whole card.
/// </summary>
internal sealed class ResetAssessor
{
    private readonly ResetDomains _domains;
    private readonly HotResetAssessor _hotReset;
    private readonly ResetQuirks _quirks;
    private readonly bool? _kernelTells;
    private readonly bool? _hasVendorReset;

    public ResetAssessor(PciFacts pci, KernelFacts? kernel, OwnershipVerdict ownership)
    {
        _quirks = new ResetQuirks(kernel);
        _domains = new ResetDomains(pci, _quirks);
        _hotReset = new HotResetAssessor(_domains, _quirks, kernel, ownership);
        bool? byRelease = KernelRelease.TryParse(kernel?.Release, out var release) ? release >= KernelRelease.WithResetMethods : null;
        _kernelTells = pci.TellsResetMethods ? true : byRelease;
        _hasVendorReset = kernel?.Modules?.Has("vendor_reset");
    }

    public ResetVerdict Judge(PciFunction function)
    {
        var hotReset = _hotReset.IsPossible(function);
        var needsVendorReset = VendorReset.Knows(function);
        var alone = MethodsOf(function);
        var usable = alone?.Where(method => !needsVendorReset || !VendorReset.IsUseless(method)).ToImmutableArray();
        var wholeCard = usable is [] && hotReset != false && !needsVendorReset;
        if (wholeCard)
        {
            usable = hotReset is null ? null : ["bus"];
        }

        return new ResetVerdict(alone is null ? FlrWithoutMethods(function) : alone.Value.Any(IsFlr), usable?.Length, usable?.FirstOrDefault())
        {
            HotReset = hotReset,
            IsWholeCard = wholeCard && hotReset == true,
            NeedsVendorReset = needsVendorReset && usable is [],
            HasVendorReset = _hasVendorReset,
        };
    }

    private static bool IsFlr(string method) => method is "flr" or "af_flr";

    /// <summary>What the kernel would try for the function alone and would not refuse; null where a method can't be decided.</summary>
    private ImmutableArray<string>? MethodsOf(PciFunction function)
    {
        if (function.ResetMethods is { } told)
        {
            return told.Any(method => Works(method, function) is null) ? null : [.. told.Where(method => Works(method, function) == true)];
        }

        if (!function.Tells("reset_method"))
        {
            return null;
        }

        return _kernelTells switch
        {
            true => [],
            false => WorkOut(function),
            null => null,
        };
    }

    /// <summary>The kernel has listed it; two methods it lists without a look at the neighbours.</summary>
    private bool? Works(string method, PciFunction function) => method switch
    {
        "bus" => _domains.BusResetWorks(function),
        "cxl_bus" => _domains.CxlBusResetWorks(function),
        _ => true,
    };

    /// <summary>The order of pci_reset_fn_methods. vendor-reset puts itself in the place of the kernel's own table.</summary>
    private ImmutableArray<string>? WorkOut(PciFunction function)
    {
        (string Name, bool? Works)[] methods =
        [
            ("device_specific", VendorReset.Knows(function) ? _hasVendorReset : _quirks.HasOwnReset(function)),
            ("flr", ExpressFlr(function)),
            ("af_flr", AdvancedFeaturesFlr(function)),
            ("pm", PowerManagementReset(function)),
            ("bus", And(_quirks.HasBusReset(function), _domains.BusResetWorks(function))),
        ];
        return methods.Any(method => method.Works is null) ? null : [.. methods.Where(method => method.Works == true).Select(method => method.Name)];
    }

    private bool? FlrWithoutMethods(PciFunction function) => function.ResetMethods is { } told ? told.Any(IsFlr)
        : function.Tells("reset_method") ? FlrByConfig(function)
        : null;

    private bool? FlrByConfig(PciFunction function) => Or(ExpressFlr(function), AdvancedFeaturesFlr(function));

    private bool? ExpressFlr(PciFunction function) => And(Seen(function, config => config.Express?.FunctionLevelReset), _quirks.HasFlr(function));

    private bool? AdvancedFeaturesFlr(PciFunction function) =>
        And(Seen(function, config => config.AdvancedFeatures?.FunctionLevelReset), _quirks.HasFlr(function));

    private bool? PowerManagementReset(PciFunction function) =>
        And(_quirks.HasPowerManagementReset(function), Seen(function, config => !config.PowerManagement?.NoSoftReset));

    /// <summary>A capability that is not there says no; one that could not be seen says nothing.</summary>
    private static bool? Seen(PciFunction function, Func<ConfigSpace, bool?> ask) =>
        function.Config is not { } config ? null : ask(config) ?? (config.CapabilityListComplete ? false : null);

    private static bool? And(bool? one, bool? other) => one == false || other == false ? false : one & other;

    private static bool? Or(bool? one, bool? other) => one == true || other == true ? true : one | other;
}
