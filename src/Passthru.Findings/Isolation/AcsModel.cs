using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>
/// Whether the kernel takes a function for isolated from its neighbours: pci_acs_enabled in drivers/pci/pci.c for SV, RR, CR
/// and UF (REQ_ACS_FLAGS in drivers/iommu/iommu.c), word for word the same from Linux 6.1 to 7.2.
/// </summary>
internal sealed record AcsModel
{
    private const AccessControls Required = AccessControls.SourceValidation | AccessControls.RequestRedirect
        | AccessControls.CompletionRedirect | AccessControls.UpstreamForwarding;

    /// <summary>IDT switches whose source validation does not work: the kernel of 7.2 forgets that they have it.</summary>
    private static readonly PciId[] WithoutSourceValidation = [new(0x111d, 0x80b5), new(0x111d, 0x8090)];

    /// <summary>What the ACS override grants.</summary>
    public required AcsOverrideOptions Override { get; init; }

    /// <summary>The firmware describes an AMD IOMMU (ACPI table IVRS).</summary>
    public required bool? HasIvrs { get; init; }

    /// <summary>The kernel could switch on what Intel's older chipsets have in place of ACS; null where that can't be told.</summary>
    public bool? ChipsetWorkaround { get; init; }

    /// <summary>What the kernel's log says of that, port by port.</summary>
    public IReadOnlyDictionary<PciAddress, bool> LoggedWorkarounds { get; init; } = new Dictionary<PciAddress, bool>();

    /// <summary>The release of the running kernel.</summary>
    public string? Release { get; init; }

    /// <summary>
    /// The running kernel has rows of the quirk tables that are younger than its version, from a stable release or a distribution;
    /// null where that can't be told.
    /// </summary>
    public bool? HasLaterRows { get; init; }

    /// <summary>
    /// Controls are taken as the kernel leaves them at boot: all that a function has of <see cref="Required"/> is on
    /// (pci_std_enable_acs), whatever was switched off since.
    /// </summary>
    public bool AsAtBoot { get; init; }

    /// <summary>The running kernel has a row that came with a version.</summary>
    public bool? Has(KernelRelease since) => since == default ? true : KernelRelease.Since(Release, since) ?? HasLaterRows;

    /// <summary>The answer hangs on something that is in no file, and that the kernel's groups may tell: the workaround, or a later row.</summary>
    public bool HangsOnTheKernel(PciTreeNode node) =>
        node.Function.Id is { } id && (Hangs(AcsQuirks.BeforeOverride, id) || Hangs(AcsQuirks.AfterOverride, id) || Has(DmaAliasQuirks.SinceOf(node.Function)) is null);

    private bool Hangs(AcsQuirk[] table, PciId id)
    {
        foreach (var row in table)
        {
            if (row.Names(id) && (row.Says == AcsQuirkResult.ChipsetWorkaround || Has(row.Since) is null))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null where a fact is missing that decides.</summary>
    public bool? Isolates(PciTreeNode node) =>
        (Ask(AcsQuirks.BeforeOverride, node) ?? AskOverride(node) ?? Ask(AcsQuirks.AfterOverride, node) ?? ByCapability(node)).Isolated;

    /// <summary>The first row that names the function and has an answer; null when none has.</summary>
    private Answer? Ask(AcsQuirk[] table, PciTreeNode node)
    {
        if (node.Function.Id is not { } id)
        {
            return Answer.Unknown;
        }

        foreach (var row in table)
        {
            if (row.Names(id) && Ask(row, node) is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    private Answer? Ask(AcsQuirk row, PciTreeNode node) => (AppliesTo(row, node), row.Says) switch
    {
        (false, _) => null,
        (null, _) => Answer.Unknown,
        (_, AcsQuirkResult.Isolated) => Answer.Yes,
        (_, AcsQuirkResult.NotIsolated) => Answer.No,
        (_, AcsQuirkResult.ChipsetWorkaround) => new Answer(Workaround(node)),
        _ => AskWideRegisters(node.Function.Config),
    };

    private bool? AppliesTo(AcsQuirk row, PciTreeNode node) =>
        (Has(row.Since), AppliesTo(row.When, node)) is var (has, applies) && (has == false || applies == false) ? false : has & applies;

    private bool? Workaround(PciTreeNode node) =>
        LoggedWorkarounds.TryGetValue(node.Address, out var logged) ? logged : ShowsWorkaround(node) ?? ChipsetWorkaround;

    private bool? AppliesTo(AcsQuirkScope when, PciTreeNode node) => when switch
    {
        AcsQuirkScope.RootPort => node.Type is { } type ? type == PortType.RootPort : null,
        AcsQuirkScope.Port => node.Type is { } type ? type is PortType.RootPort or PortType.DownstreamPort : null,
        AcsQuirkScope.Integrated => node.Type is { } type ? type == PortType.IntegratedEndpoint : null,
        AcsQuirkScope.AmdSouthbridge => node.IsOnRootBus ? node.Function.Multifunction & HasIvrs : false,
        _ => true,
    };

    /// <summary>
    /// Bit 26 (IRBNCE) of the MPC register is part of the workaround (pci_quirk_enable_intel_rp_mpc_acs). Set, it says yes;
    /// clear, nothing: kernels to 2025 meant to set it and wrote the lower half of the register alone.
    /// </summary>
    private static bool? ShowsWorkaround(PciTreeNode node) => (node.Function.Config?.IntelPortConfiguration & (1 << 26)) is > 0 ? true : null;

    private Answer? AskWideRegisters(ConfigSpace? config) => config switch
    {
        { AccessControl: { WideControl: { } control } it } => new Answer(Satisfies(it.Capability, control)),
        { AccessControl: null, ExtendedListComplete: true } => null,
        _ => Answer.Unknown,
    };

    /// <summary>pcie_acs_overrides of the patch: never for conventional PCI, nor, but for a variant, where there is an ACS capability.</summary>
    private Answer? AskOverride(PciTreeNode node)
    {
        var listed = node.Function.Id is { } id && Override.Ids.Contains(id);
        var grants = listed ? true : node.Type switch
        {
            PortType.RootPort or PortType.DownstreamPort => Override.Downstream,
            PortType.Endpoint or PortType.LegacyEndpoint or PortType.UpstreamPort or PortType.IntegratedEndpoint =>
                Override.Multifunction ? node.Function.Multifunction : false,
            _ => false,
        };
        var isOpen = node.Type is not { } type ? null
            : type == PortType.NotExpress ? false
            : Override.IgnoresCapability ? true
            : LacksAcs(node.Function.Config);
        return (grants & isOpen) switch { true => Answer.Yes, false => null, null => Answer.Unknown };
    }

    private static bool? LacksAcs(ConfigSpace? config) => config switch
    {
        { AccessControl: not null } => false,
        { ExtendedListComplete: true } => true,
        _ => null,
    };

    private Answer ByCapability(PciTreeNode node) => node.Type switch
    {
        null => Answer.Unknown,
        PortType.NotExpress or PortType.ExpressToPciBridge or PortType.PciToExpressBridge or PortType.EventCollector => Answer.No,
        PortType.RootPort or PortType.DownstreamPort => new Answer(ByRegisters(node.Function)),
        PortType.Endpoint or PortType.LegacyEndpoint or PortType.UpstreamPort or PortType.IntegratedEndpoint => node.Function.Multifunction switch
        {
            true => new Answer(ByRegisters(node.Function)),
            false => Answer.Yes,
            null => Answer.Unknown,
        },
        _ => Answer.Yes,
    };

    private bool? ByRegisters(PciFunction function)
    {
        if (function.Config is not { AccessControl: { } acs })
        {
            return LacksAcs(function.Config) == true ? false : null;
        }

        var capability = WithoutSourceValidation.Contains(function.Id ?? default) ? acs.Capability & ~AccessControls.SourceValidation : acs.Capability;
        return Satisfies(capability, acs.Control);
    }

    /// <summary>A control that the function has not got counts as satisfied (pci_acs_flags_enabled).</summary>
    private bool Satisfies(AccessControls capability, AccessControls control)
    {
        var needed = Required & (capability | AccessControls.EgressControl);
        return AsAtBoot || (control & needed) == needed;
    }

    /// <summary>An answer, which may be that it can't be told; no answer at all leaves it to the next to be asked.</summary>
    private readonly record struct Answer(bool? Isolated)
    {
        public static Answer Yes => new(true);

        public static Answer No => new(false);

        public static Answer Unknown => new(null);
    }
}
