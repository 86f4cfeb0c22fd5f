using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Facts.Usage;

namespace Passthru.Findings;

/// <summary>
/// Critical is what the host uses now, by evidence: no function is critical for its class, its slot or its group. A virtual
/// function stands on its physical one, and what is in a domain of Intel VMD on the controller that opens the domain: those
/// are critical with it.
/// </summary>
internal sealed class CriticalRule
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<PciAddress, ImmutableArray<CriticalUse>> _uses;
    private readonly Dictionary<PciAddress, bool?> _judged = [];
    private readonly UsageFacts? _usage;
    private readonly bool _firmwareChoseDisplay;

    public CriticalRule(HostFacts facts)
    {
        var all = facts.Pci?.Functions ?? [];
        _usage = facts.Usage;
        _functions = all.ToDictionary(function => function.Address);
        _firmwareChoseDisplay = all.Any(function => function.BootVga == true);
        var found = facts.Usage is { } usage ? usage.Uses.SelectMany(Follow).Concat(all.SelectMany(BootDisplay)) : [];
        _uses = found
            .GroupBy(use => use.Function)
            .ToDictionary(uses => uses.Key, uses => OnePerReason(uses));
    }

    /// <summary>By reason, one proof each.</summary>
    public ImmutableArray<CriticalUse> Of(PciAddress function) => _uses.TryGetValue(function, out var uses) ? uses : [];

    /// <summary>Only a display or the keyboards stand on it, which people give to a virtual machine on purpose; never a disk or a network.</summary>
    public bool IsConsole(PciAddress function) =>
        Of(function) is { IsEmpty: false } uses && uses.All(use => use.Reason is CriticalReason.BootDisplay or CriticalReason.Keyboard);

    /// <summary>Null: nothing is known to stand on the function, and something whose place is unknown might.</summary>
    public bool? IsCritical(PciAddress address)
    {
        if (!_judged.TryGetValue(address, out var critical))
        {
            _judged[address] = critical = Judge(address);
        }

        return critical;
    }

    private bool? Judge(PciAddress address) =>
        _uses.ContainsKey(address) ? true
        : _functions.TryGetValue(address, out var function) && _usage is not null && IsPictureTold(function) && MayCarry(function).All(IsTold) ? false
        : null;

    /// <summary>Whether a card with a driver of the host shows a picture: the firmware's choice, and outputs with something connected.</summary>
    private bool IsPictureTold(PciFunction function) =>
        function.Class?.Base != 0x03 || (function.Tells("boot_vga") && (_usage!.OutputsTold || !HostHas(function)));

    private static ImmutableArray<CriticalUse> OnePerReason(IEnumerable<CriticalUse> uses) =>
        [.. uses
            .GroupBy(use => use.Reason)
            .OrderBy(sameReason => sameReason.Key)
            .Select(sameReason => sameReason.OrderBy(use => use.Chain.Length).ThenBy(use => string.Join('\n', use.Chain), StringComparer.Ordinal).First())];

    private IEnumerable<CriticalUse> Follow(Use use)
    {
        if (!_functions.TryGetValue(use.Function, out var function) || (use.Kind == UseKind.Display && !HostHas(function)))
        {
            yield break;
        }

        var reason = ReasonOf(use.Kind);
        ImmutableArray<string> chain = [.. use.Chain, function.Address.ToString()];
        yield return new CriticalUse(function.Address, reason, chain);
        foreach (var carrier in Carriers(function))
        {
            yield return new CriticalUse(carrier, reason, chain.Add(carrier.ToString()));
        }
    }

    private IEnumerable<PciAddress> Carriers(PciFunction function)
    {
        var domains = function.Path.Above.Where(above => _functions.TryGetValue(above, out var it) && it.IsEndpoint);
        return function.PhysicalFunction is { } physical ? domains.Append(physical) : domains;
    }

    /// <summary>
    /// The firmware's choice (vga_arbiter: the card that its framebuffer lies in). Bound to VFIO the host shows nothing on it
    /// any more, unless its framebuffer is still there, which <see cref="UseKind.Framebuffer"/> would say.
    /// </summary>
    private static IEnumerable<CriticalUse> BootDisplay(PciFunction function) =>
        function.BootVga == true && (HostHas(function) || function.Driver is null)
            ? [new CriticalUse(function.Address, CriticalReason.BootDisplay, ["boot display", function.Address.ToString()])]
            : [];

    private static bool HostHas(PciFunction function) => function.Driver is { IsVfio: false, IsStub: false };

    private static CriticalReason ReasonOf(UseKind kind) => kind switch
    {
        UseKind.RootFileSystem => CriticalReason.RootDisk,
        UseKind.FileSystem => CriticalReason.MountedDisk,
        UseKind.Swap => CriticalReason.Swap,
        UseKind.DefaultRoute => CriticalReason.DefaultRoute,
        UseKind.Address => CriticalReason.ManagementNetwork,
        UseKind.Framebuffer or UseKind.Display => CriticalReason.BootDisplay,
        _ => CriticalReason.Keyboard,
    };

    /// <summary>What a function could carry for the host, were it not told. Without a driver of the host that is at most a picture.</summary>
    private IEnumerable<Subject> MayCarry(PciFunction function)
    {
        var subjects = function.HeaderType is 1 or 2 ? [] : SubjectsOf(function.Class);
        return subjects.Where(subject => subject == Subject.Display ? MayHoldFramebuffer(function) : HostHas(function));
    }

    /// <summary>Where the firmware chose a card, no other one holds its framebuffer.</summary>
    private bool MayHoldFramebuffer(PciFunction function) => !_firmwareChoseDisplay || function.BootVga == true;

    private static Subject[] SubjectsOf(PciClass? code) => code switch
    {
        { Base: 0x01 } => [Subject.Storage],
        { Base: 0x02 } => [Subject.Network],
        { Base: 0x03 } => [Subject.Display],

        // Multimedia, memory, bridges, serial ports, processors, ciphers, signal processing, accelerators, instrumentation.
        { Base: 0x04 or 0x05 or 0x06 or 0x07 or 0x0b or 0x10 or 0x11 or 0x12 or 0x13 } => [],
        _ => [Subject.Storage, Subject.Network, Subject.Keyboard],
    };

    private bool IsTold(Subject subject) => subject switch
    {
        Subject.Storage => _usage!.StorageTold,
        Subject.Network => _usage!.NetworkTold,
        Subject.Display => _usage!.DisplayTold,
        _ => _usage!.KeyboardsTold,
    };

    private enum Subject
    {
        Storage,
        Network,
        Display,
        Keyboard,
    }
}
