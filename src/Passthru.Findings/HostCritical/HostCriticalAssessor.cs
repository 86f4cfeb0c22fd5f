using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Findings.Vms;

namespace Passthru.Findings.HostCritical;

/// <summary>
/// Critical is what the host, its guests and its services use now, by evidence: no function is critical for its class, its slot or
/// its group. A virtual function stands on its physical one, and what is in a domain of Intel VMD on the controller that opens the
/// domain: those are critical with it.
/// </summary>
internal sealed class HostCriticalAssessor
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<PciAddress, ImmutableArray<HostCriticalUse>> _uses;
    private readonly Dictionary<PciAddress, bool?> _judged = [];
    private readonly HostDependencyFacts? _usage;
    private readonly VmNames _vms;
    private readonly ILookup<PciAddress, UnresolvedDependency> _mayCarry;
    private readonly bool _firmwareChoseDisplay;

    /// <param name="facts">The host.</param>
    /// <param name="vms">Which guests run.</param>
    public HostCriticalAssessor(HostFacts facts, ImmutableArray<VmState> vms)
    {
        var all = facts.Pci?.Functions ?? [];
        _usage = facts.HostDependencies;
        _vms = new VmNames(vms);
        _functions = all.ToDictionary(function => function.Address);
        _firmwareChoseDisplay = all.Any(function => function.BootVga == true);
        var found = facts.HostDependencies is { } used ? used.All.Where(_vms.Counts).SelectMany(Follow).Concat(all.SelectMany(BootDisplay)) : [];
        _uses = found
            .GroupBy(use => use.Function)
            .ToDictionary(uses => uses.Key, uses => OnePerReasonAndUser(uses));
        _mayCarry = (facts.HostDependencies?.Unresolved ?? [])
            .SelectMany(use => (use.Functions ?? []).SelectMany(WithCarriers).Select(function => (function, use)))
            .ToLookup(pair => pair.function, pair => pair.use);
    }

    /// <summary>By reason, one proof each.</summary>
    public ImmutableArray<HostCriticalUse> Of(PciAddress function) => [.. AllOf(function).DistinctBy(use => use.Reason)];

    /// <summary>By reason, one proof for each guest.</summary>
    public ImmutableArray<HostCriticalUse> AllOf(PciAddress function) => _uses.TryGetValue(function, out var uses) ? uses : [];

    /// <summary>Why it is not known whether the function is critical: what may lie on it. Empty where that is known.</summary>
    public IEnumerable<UnresolvedDependency> MayCarry(PciAddress address) =>
        IsCritical(address) is not null ? [] : _mayCarry[address].Concat((_usage?.Unresolved ?? []).Where(use => use.Functions is null)).Distinct();

    /// <summary>Only a display or the keyboards stand on it, which people give to a VM on purpose; never a disk or a network.</summary>
    public bool IsConsole(PciAddress function) =>
        AllOf(function) is { IsEmpty: false } uses && uses.All(use => use.Reason.IsConsole());

    /// <summary>Null: nothing is known to stand on the function, and something whose place is unknown might.</summary>
    public bool? IsCritical(PciAddress address)
    {
        if (!_judged.TryGetValue(address, out var critical))
        {
            _judged[address] = critical = _uses.ContainsKey(address) ? true : IsFree(address) ? false : null;
        }

        return critical;
    }

    /// <summary>The same for a VM that would take the function: what only that VM uses is not taken from anybody.</summary>
    public bool? IsCriticalFor(string vm, PciAddress address) =>
        IsCritical(address) != true ? IsCritical(address)
        : AllOf(address).Any(use => use.Vm != vm) ? true
        : IsFree(address) ? false : null;

    private bool IsFree(PciAddress address) =>
        _functions.TryGetValue(address, out var function) && _usage is not null && !_mayCarry.Contains(address)
        && SubjectsOf(function).All(IsComplete) && IsDisplayComplete(function) && IsPictureComplete(function);

    /// <summary>Whether a card with a driver of the host shows a picture: the firmware's choice, and outputs with something connected.</summary>
    private bool IsPictureComplete(PciFunction function) =>
        function.Class?.Base != 0x03 || (function.Tells("boot_vga") && (_usage!.OutputsComplete || !HostHas(function)));

    private static ImmutableArray<HostCriticalUse> OnePerReasonAndUser(IEnumerable<HostCriticalUse> uses) =>
        [.. uses
            .GroupBy(use => (use.Reason, use.Vm, use.Container, use.Program))
            .Select(same => same.OrderBy(use => use.Chain.Length).ThenBy(use => string.Join('\n', use.Chain), StringComparer.Ordinal).First())
            .OrderBy(use => use.Reason)
            .ThenBy(use => use.Chain.Length)
            .ThenBy(use => string.Join('\n', use.Chain), StringComparer.Ordinal)];

    private IEnumerable<HostCriticalUse> Follow(HostDependency use)
    {
        if (!_functions.TryGetValue(use.Function, out var function) || (use.Kind is HostDependencyKind.Display or HostDependencyKind.ContainerDevice && !HostHas(function)))
        {
            yield break;
        }

        ImmutableArray<string> chain = [.. use.Chain, function.Address.ToString()];
        var vm = _vms.VmOf(use.Owner);
        var reason = use.Kind == HostDependencyKind.StorageService && vm is not null ? HostCriticalReason.VmDisk : ReasonOf(use.Kind);
        var first = new HostCriticalUse(function.Address, reason, chain)
        {
            Vm = vm,
            Container = use.Owner?.Container,
            Program = vm is null && use.Owner?.Container is null ? use.Owner?.Program : null,
        };
        yield return first;
        foreach (var carrier in Carriers(function))
        {
            yield return first with { Function = carrier, Chain = chain.Add(carrier.ToString()) };
        }
    }

    private IEnumerable<PciAddress> WithCarriers(PciAddress address) =>
        _functions.TryGetValue(address, out var function) ? Carriers(function).Prepend(address) : [];

    private IEnumerable<PciAddress> Carriers(PciFunction function)
    {
        var domains = function.Path.Ancestors.Where(above => _functions.TryGetValue(above, out var it) && it.IsEndpoint);
        return function.PhysicalFunction is { } physical ? domains.Append(physical) : domains;
    }

    /// <summary>
    /// The firmware's choice (vga_arbiter: the card that its framebuffer lies in), while a driver of the host or the kernel's text
    /// console draws on it. A framebuffer that is still there is a use of its own (<see cref="HostDependencyKind.Framebuffer"/>).
    /// </summary>
    private IEnumerable<HostCriticalUse> BootDisplay(PciFunction function) =>
        function.BootVga == true && (HostHas(function) || (function.Driver is null && _usage?.HasVgaText == true))
            ? [new HostCriticalUse(function.Address, HostCriticalReason.BootDisplay, ["boot display", function.Address.ToString()])]
            : [];

    private static bool HostHas(PciFunction function) => function.Driver is { IsVfio: false, IsStub: false };

    private static HostCriticalReason ReasonOf(HostDependencyKind kind) => kind switch
    {
        HostDependencyKind.RootFileSystem => HostCriticalReason.RootDisk,
        HostDependencyKind.FileSystem => HostCriticalReason.MountedDisk,
        HostDependencyKind.Swap => HostCriticalReason.Swap,
        HostDependencyKind.BootDisk => HostCriticalReason.BootDisk,
        HostDependencyKind.GuestDisk => HostCriticalReason.VmDisk,
        HostDependencyKind.StorageService => HostCriticalReason.StorageService,
        HostDependencyKind.DefaultRoute => HostCriticalReason.DefaultRoute,
        HostDependencyKind.Address => HostCriticalReason.ManagementNetwork,
        HostDependencyKind.GuestNetwork => HostCriticalReason.GuestNetwork,
        HostDependencyKind.Framebuffer or HostDependencyKind.Display => HostCriticalReason.BootDisplay,
        HostDependencyKind.ContainerDevice => HostCriticalReason.ContainerDevice,
        _ => HostCriticalReason.Keyboard,
    };

    /// <summary>Without a driver of the host, or with the firmware's choice elsewhere, a card shows nothing that was not seen.</summary>
    private bool IsDisplayComplete(PciFunction function) =>
        function.Class is not { Base: 0x03 } || (_firmwareChoseDisplay && function.BootVga != true)
        || (_usage!.DisplayComplete && (function.BootVga != true || function.Driver is not null || _usage.HasVgaText is not null));

    /// <summary>What a function with a driver of the host could carry.</summary>
    private static Subject[] SubjectsOf(PciFunction function) => function switch
    {
        { HeaderType: 1 or 2 } => [],
        _ when !HostHas(function) => [],
        { Class: { Base: 0x01 } } => [Subject.Storage],
        { Class: { Base: 0x02 } } => [Subject.Network],

        // Displays, multimedia, memory, bridges, serial ports, processors, ciphers, signal processing, accelerators, instrumentation.
        { Class: { Base: 0x03 or 0x04 or 0x05 or 0x06 or 0x07 or 0x0b or 0x10 or 0x11 or 0x12 or 0x13 } } => [],
        _ => [Subject.Storage, Subject.Network, Subject.Keyboard],
    };

    /// <summary>Nothing of its sort is in use at a place that is not known at all.</summary>
    private bool IsComplete(Subject subject) => subject switch
    {
        Subject.Storage => _usage!.Unresolved.All(use => use.Functions is not null || !use.Kind.IsStorage()),
        Subject.Network => _usage!.Unresolved.All(use => use.Functions is not null || use.Kind.IsStorage()),
        _ => _usage!.KeyboardsComplete,
    };

    private enum Subject
    {
        Storage,
        Network,
        Keyboard,
    }
}
