using System.Collections.Immutable;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings.Boot;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Plans;

/// <summary>By what vfio-pci gets each function before a driver of the host.</summary>
internal sealed class Binding
{
    private readonly PlanSubject _subject;
    private readonly VmManager? _manager;

    public Binding(PlanSubject subject, VmManager? manager)
    {
        _subject = subject;
        _manager = manager;
        ByAddress = [.. subject.Going.Where(function => !IsAtStart(function) && NeedsAddress(function))];
        AtStart = [.. subject.Going.Where(IsAtStart)];
        ById = [.. subject.Going.Except(ByAddress).Except(AtStart)];
    }

    /// <summary>Every card with the id goes, and a module of the host is all that could be faster.</summary>
    public ImmutableArray<PciFunction> ById { get; }

    /// <summary>A card with the same id stays, or the host's driver is built in.</summary>
    public ImmutableArray<PciFunction> ByAddress { get; }

    /// <summary>Virtual functions, which the manager binds when the VM starts: at boot they do not exist yet.</summary>
    public ImmutableArray<PciFunction> AtStart { get; }

    /// <summary>vfio-pci is part of the kernel: it hears of the command line alone.</summary>
    public bool IsBuiltIn => _subject.Drivers?.BuiltInVfio is not null;

    public bool UsesCommandLine => IsBuiltIn || _subject.IsOstree || HasIdsOnLine;

    public bool HasIdsOnLine => _subject.NextLine?.ValuesOf("vfio_pci.ids").Any() == true;

    /// <summary>Other cards with the id of one that goes.</summary>
    public ImmutableArray<PciFunction> Twins(PciFunction function) =>
        [.. _subject.Endpoints.All.Where(other => other.Id is not null && other.Id == function.Id && !_subject.Going.Contains(other))];

    public HostDriver? BuiltInDriver(PciFunction function) => _subject.DriversOf(function).FirstOrDefault(driver => driver.BuiltIn is not null);

    /// <summary>Settings for the boot that give the function to VFIO already.</summary>
    public IEnumerable<string> Evidence(PciFunction function) =>
        (_subject.Report.Ownership.ExpectedDevices ?? []).Where(expected => expected.Address == function.Address).SelectMany(expected => expected.Expectations)
            .Where(claim => claim.Source is not (ExpectationSource.Config or ExpectationSource.DriverOverride or ExpectationSource.Vm))
            .Select(claim => $"/{claim.Evidence}")
            .Concat(OfNextLine(function)).Distinct();

    public bool IsSet(PciFunction function) => Evidence(function).Any();

    /// <summary>Modules that would take one of the functions that go by id, without those that come after vfio-pci or not at all.</summary>
    public ImmutableArray<string> UnguardedDrivers() =>
    [
        .. ById.SelectMany(_subject.DriversOf).Where(driver => driver.BuiltIn is null).Where(driver => !IsGuarded(driver)).Select(driver => driver.Module).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>How the race ends for the function at the next boot; null: nothing gives it to VFIO yet.</summary>
    public DeviceRace? Race(PciFunction function) =>
        _subject.Report.Boot?.Races.FirstOrDefault(race => race.BootsNext)?.Devices.FirstOrDefault(device => device.Function == function.Address);

    private bool IsGuarded(HostDriver driver) =>
        ModuleWords.LoadsVfioFirst(_subject.Modules, driver.Module, driver.Needs) || ModuleWords.IsBlacklisted(_subject.Modules, driver.Module)
        || ModuleWords.Disabled(_subject.Modules, driver.Module) is not null || ModuleWords.IsOffOnCommandLine(_subject.NextLine, driver.Module);

    private IEnumerable<string> OfNextLine(PciFunction function) =>
        _subject.Next is { Line: { } line, File: { } file } && VfioPciIds.OfCommandLine(line)?.Ids.Any(id => id.Matches(function) == true) == true ? [$"/{file} vfio-pci.ids="] : [];

    private bool IsAtStart(PciFunction function) => function.IsVirtual && _manager is not null && _manager != VmManagers.Qemu && !IsSet(function);

    private bool NeedsAddress(PciFunction function) =>
        !_subject.IsUnraid && (function.Id is null || function.IsVirtual || !Twins(function).IsEmpty || (!IsBuiltIn && BuiltInDriver(function) is not null));
}
