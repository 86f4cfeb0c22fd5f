using System.Collections.Immutable;
using Passthru.Facts.Values;

namespace Passthru.Facts.Kernel;

/// <summary>The running kernel: what it was asked for and what it carries.</summary>
public sealed record KernelFacts
{
    /// <summary>As <c>uname -r</c> prints it. Source: <c>/proc/sys/kernel/osrelease</c>, else <c>/proc/version</c>.</summary>
    public string? Release { get; init; }

    public KernelCommandLine? CommandLine { get; init; }

    /// <summary>False: there is one, and it could not be read.</summary>
    public bool CommandLineComplete { get; init; } = true;

    /// <summary>
    /// The kernel has the symbol <c>pcie_acs_overrides</c>, which comes with the ACS override patch and with nothing else.
    /// Source: <c>/proc/kallsyms</c>, whose names anybody may read, or where the service finds it.
    /// </summary>
    public bool? CarriesAcsOverride { get; init; }

    /// <summary>Null: this kernel shows no modules at all, or they could not be listed.</summary>
    public KernelModules? Modules { get; init; }

    /// <summary>Which modules are loaded, and which are built in, could be read so far as a file tells.</summary>
    public bool ModulesComplete { get; init; } = true;

    /// <summary>The policy in brackets. Source: <c>/sys/module/pcie_aspm/parameters/policy</c>.</summary>
    public string? AspmPolicy { get; init; }

    /// <summary>Interrupts may be passed through without remapping. Sources: the parameter <c>allow_unsafe_interrupts</c> of vfio_iommu_type1 and of iommufd.</summary>
    public bool? UnsafeInterruptsAllowed { get; init; }

    /// <summary>The kernel looks for equal pages and merges them (KSM). Source: <c>/sys/kernel/mm/ksm/run</c>, 1 while it does.</summary>
    public bool? MergesPages { get; init; }

    /// <summary>VFIO hands out devices without an IOMMU. Source: <c>/sys/module/vfio/parameters/enable_unsafe_noiommu_mode</c>.</summary>
    public bool? NoIommuMode { get; init; }
}

/// <summary>Modules in the kernel, under their names with underscores.</summary>
/// <param name="Loaded">Source: directories of <c>/sys/module</c>, which has the built-in ones with parameters too.</param>
/// <param name="BuiltIn">Source: <c>/lib/modules/RELEASE/modules.builtin</c>; null when there is none to be read.</param>
/// <param name="BuiltInComplete">False: there is a list of built-in modules, and it could not be read.</param>
public sealed record KernelModules(EquatableArray<string> Loaded, ImmutableHashSet<string>? BuiltIn, bool BuiltInComplete = true)
{
    /// <summary>In the kernel, loaded or built in; null: not loaded, and whether it is built in can't be told.</summary>
    public bool? Has(string module) => Loaded.Contains(module) || BuiltIn?.Contains(module) == true ? true : BuiltInComplete ? false : null;
}
