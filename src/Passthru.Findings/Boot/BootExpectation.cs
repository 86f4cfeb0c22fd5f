using Passthru.Facts;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Boot;

/// <summary>Which functions the configuration of one kernel's boot gives to VFIO, and how.</summary>
internal sealed class BootExpectation
{
    private readonly VfioIds? _ofCommandLine;
    private readonly bool _hasCommandLineIds;
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly HashSet<PciAddress> _overridden;

    /// <param name="facts">The host.</param>
    /// <param name="ownership">Who says that a function is VFIO's.</param>
    /// <param name="line">The command line of that boot.</param>
    /// <param name="drivers">Of that kernel.</param>
    public BootExpectation(HostFacts facts, OwnershipVerdict ownership, KernelCommandLine? line, KernelDrivers? drivers)
    {
        _functions = (facts.Pci?.Functions ?? []).Where(function => function.HeaderType is null or 0).ToDictionary(function => function.Address);
        _ofCommandLine = line is null ? null : VfioPciIds.OfCommandLine(line);
        _hasCommandLineIds = line?.ValuesOf("vfio_pci.ids").Any() == true;
        var ofModprobe = _hasCommandLineIds || drivers?.BuiltInVfio is not null ? null : facts.Boot?.Modules.VfioIds;
        var claims = (ownership.ExpectedDevices ?? []).SelectMany(reservation => reservation.Expectations).Where(claim => IsOfBoot(claim.Source)).ToList();
        _overridden = [.. claims.Where(claim => claim.Source is not (ExpectationSource.CommandLine or ExpectationSource.Modprobe)).Select(claim => claim.Function)];
        Functions =
        [
            .. _functions.Values.Where(function => Gives(_ofCommandLine, function) || Gives(ofModprobe, function)).Select(function => function.Address)
                .Concat(claims.Where(claim => claim.Source is not (ExpectationSource.CommandLine or ExpectationSource.Modprobe)).Select(claim => claim.Function))
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

    /// <summary>Something other than ids gives it to VFIO, and takes it from whoever has it (driverctl) or keeps others off.</summary>
    public bool IsOverridden(PciAddress address) => _overridden.Contains(address);

    private static bool IsOfBoot(ExpectationSource source) => source is not (ExpectationSource.Config or ExpectationSource.Vm);

    private static bool Gives(VfioIds? ids, PciFunction function) => ids?.Ids.Any(id => id.Matches(function) == true) == true;

    private static bool IsForAnother(HostFacts facts, PciFunction function)
    {
        var driver = function.DriverOverride ?? facts.Boot?.DriverctlOverrides.FirstOrDefault(it => it.Function == function.Address)?.Driver;
        return driver is not null && !PciDriver.IsVfioName(driver);
    }
}
