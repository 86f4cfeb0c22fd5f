using Passthru.Facts;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Boot;

/// <summary>
/// Which functions the configuration of one kernel's boot gives to VFIO, and how. What only holds until the next boot, such as a
/// <c>driver_override</c> that is set now, gives nothing.
/// </summary>
internal sealed class BootExpectation
{
    private readonly VfioIds? _ofCommandLine;
    private readonly VfioIds? _ofModprobe;
    private readonly VfioIds? _ofInitramfsTools;
    private readonly bool _hasCommandLineIds;
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly HashSet<PciAddress> _taken;
    private readonly HashSet<PciAddress> _keptForVfio;

    /// <param name="facts">The host.</param>
    /// <param name="line">The command line of that boot.</param>
    /// <param name="drivers">Of that kernel.</param>
    public BootExpectation(HostFacts facts, KernelCommandLine? line, KernelDrivers? drivers)
    {
        _functions = (facts.Pci?.Functions ?? []).Where(function => function.HeaderType is null or 0).ToDictionary(function => function.Address);
        _ofCommandLine = line is null ? null : VfioPciIds.OfCommandLine(line);
        _hasCommandLineIds = line?.ValuesOf("vfio_pci.ids").Any() == true;
        _ofModprobe = _hasCommandLineIds || drivers?.BuiltInVfio is not null ? null : facts.Boot?.Modules.VfioIds;
        _ofInitramfsTools = drivers?.BuiltInVfio is not null ? null : facts.Boot?.InitramfsIds;
        var driverctl = (facts.Boot?.DriverctlOverrides ?? []).Where(it => PciDriver.IsVfioName(it.Driver)).Select(it => it.Function);
        _taken = [.. driverctl, .. Bound(facts, BindingReach.FromAnyDriver)];
        _keptForVfio = [.. Bound(facts, BindingReach.FromLaterDrivers)];
        Functions =
        [
            .. _functions.Values.Where(function => HasIds(function)).Select(function => function.Address)
                .Concat(_taken).Concat(_keptForVfio).Concat(Bound(facts, BindingReach.FromNone))
                .Where(address => _functions.TryGetValue(address, out var function) && !IsForAnother(facts, function))
                .Distinct().Order(),
        ];
    }

    public IReadOnlyList<PciAddress> Functions { get; }

    public PciFunction Function(PciAddress address) => _functions[address];

    /// <summary>vfio-pci hears these ids when it is loaded where those lines of modprobe.d are.</summary>
    public bool HasIds(PciAddress address, VfioIds? ofModprobe) => Gives(_hasCommandLineIds ? _ofCommandLine : ofModprobe, _functions[address]);

    /// <summary>The command line says so, whatever stands in modprobe.d.</summary>
    public bool HasIdsOnCommandLine(PciAddress address) => Gives(_ofCommandLine, _functions[address]);

    /// <summary>The ids stand only where an image takes them from (<c>/etc/initramfs-tools/modules</c>).</summary>
    public bool HasIdsForImageOnly(PciAddress address) =>
        Gives(_ofInitramfsTools, _functions[address]) && !Gives(_ofModprobe, _functions[address]) && !HasIdsOnCommandLine(address);

    /// <summary>Something takes it from the driver that has it, on the root file system (driverctl, Unraid, a rule of udev that unbinds).</summary>
    public bool IsTaken(PciAddress address) => _taken.Contains(address);

    /// <summary>A rule of udev on the root file system keeps drivers off that are loaded later.</summary>
    public bool IsKeptForVfio(PciAddress address) => _keptForVfio.Contains(address);

    private bool HasIds(PciFunction function) => Gives(_ofCommandLine, function) || Gives(_ofModprobe, function) || Gives(_ofInitramfsTools, function);

    private IEnumerable<PciAddress> Bound(HostFacts facts, BindingReach reach) =>
        (facts.Boot?.Bindings ?? []).Where(binding => binding.Reach == reach)
            .SelectMany(binding => _functions.Values.Where(binding.Covers).Select(function => function.Address));

    private static bool Gives(VfioIds? ids, PciFunction function) => ids?.Ids.Any(id => id.Matches(function) == true) == true;

    private static bool IsForAnother(HostFacts facts, PciFunction function)
    {
        var driver = facts.Boot?.DriverctlOverrides.FirstOrDefault(it => it.Function == function.Address)?.Driver ?? function.DriverOverride;
        return driver is not null && !PciDriver.IsVfioName(driver);
    }
}
