using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.Ownership;

/// <summary>Every claim on a function, from every source that speaks.</summary>
internal sealed class ExpectationCollector
{
    private readonly HostFacts _facts;
    private readonly ConfiguredExpectations _expectations;
    private readonly EndpointIndex _endpoints;
    private readonly Owner _owner;

    private ExpectationCollector(HostFacts facts, EndpointIndex endpoints, ConfiguredExpectations expectations)
    {
        _facts = facts;
        _expectations = expectations;
        _endpoints = endpoints;
        _owner = facts.Platform?.Hypervisor?.HasIommu == true ? Owner.Stub : Owner.Vfio;
    }

    /// <param name="facts">The host.</param>
    /// <param name="endpoints">Its endpoints.</param>
    /// <param name="expectations">The operator's word.</param>
    /// <param name="vms">Virtual machines, and which of them run.</param>
    public static IEnumerable<Expectation> Collect(HostFacts facts, EndpointIndex endpoints, ConfiguredExpectations expectations, IEnumerable<VmState> vms)
    {
        var claims = new ExpectationCollector(facts, endpoints, expectations);
        return
        [
            .. claims.OfConfiguration(),
            .. claims.OfOverrides(),
            .. claims.OfDriverctl(),
            .. claims.OfCommandLine(),
            .. claims.OfModprobe(),
            .. claims.OfBindings(),
            .. claims.OfXen(),
            .. vms.Where(it => it.Vm.IsManaged).SelectMany(claims.OfVm),
        ];
    }

    private IEnumerable<Expectation> OfConfiguration() =>
        from expected in _expectations.Devices
        from function in Named(expected)
        select Always(function, ExpectationSource.Config, Text(expected.At)) with { Vm = expected.Vm, NamesAddress = expected.Address is not null };

    private IEnumerable<PciAddress> Named(ConfiguredDevice expected) => expected switch
    {
        { Address: { } address } => _endpoints.Selected(address),
        { Id: { } id } => Matching(id).Select(function => function.Address),
        _ => _endpoints.All.Where(function => function.Slot == expected.Slot).Select(function => function.Address),
    };

    private IEnumerable<Expectation> OfOverrides() =>
        from function in _endpoints.All
        where function.DriverOverride is { } driver && PciDriver.IsVfioName(driver)
        select Always(function.Address, ExpectationSource.DriverOverride, $"{function.Path.Directory}/driver_override");

    private IEnumerable<Expectation> OfDriverctl() =>
        from it in _facts.Boot?.DriverctlOverrides ?? []
        where PciDriver.IsVfioName(it.Driver)
        select Always(it.Function, ExpectationSource.Driverctl, it.File) with { NamesAddress = true };

    private IEnumerable<Expectation> OfCommandLine() =>
        _facts.Kernel?.CommandLine is { } line ? OfIds(VfioPciIds.OfCommandLine(line), ExpectationSource.CommandLine) : [];

    /// <summary>
    /// modprobe's options reach a module; what is built in takes its parameters from the command line alone, and ids there
    /// overrule those of modprobe.d.
    /// </summary>
    private IEnumerable<Expectation> OfModprobe() => _facts.Boot is { } boot && HearsOfModprobe(_facts) == true && !HasIdsOnCommandLine
        ? OfIds(boot.Modules.VfioIds, ExpectationSource.Modprobe).Select(claim => IsPending(boot, claim.Function) ? claim with { AppliesNow = false } : claim)
            .Concat(OfIds(boot.InitramfsIds, ExpectationSource.Modprobe).Where(HeldSinceBoot))
        : [];

    private bool HasIdsOnCommandLine => _facts.Kernel?.CommandLine?.ValuesOf("vfio_pci.ids").Any() == true;

    /// <summary>No boot has been made with these ids: the file is younger than the boot, and what was booted does not give them.</summary>
    private bool IsPending(BootFacts boot, PciAddress address)
    {
        var isYounger = boot.BootedModules is not null || BootSettings.IsLater(boot, boot.Modules.VfioIds!.At.File, boot.BootedAt) == true;
        var booted = boot.BootedModules?.VfioIds ?? boot.ImageOf(_facts.Kernel?.Release)?.Modules?.VfioIds;
        return isYounger && !(booted?.Ids.Any(id => _endpoints.At(address) is { } function && id.Matches(function) == true) ?? false);
    }

    /// <summary>Files that bind devices at every boot; what was written since this one is pending, not lost.</summary>
    private IEnumerable<Expectation> OfBindings() =>
        from binding in _facts.Boot?.Bindings ?? []
        from function in Bound(binding)
        let source = binding.Source == BindingSource.Unraid ? ExpectationSource.Unraid : ExpectationSource.Udev
        let claim = Always(function, source, Text(binding.At)) with { NamesAddress = binding.Address is not null, Id = binding.Address is not null ? IdOf(binding.Id) : null }
        where HeldSinceBoot(claim)
        select claim;

    private IEnumerable<PciAddress> Bound(DeviceBinding binding) => binding.Address is { } address
        ? _endpoints.Selected(address)
        : _endpoints.All.Where(function => (binding.Id?.Matches(function) ?? true) && (binding.AddressPattern is null || Glob.Matches(binding.AddressPattern, $"{function.Address}")))
            .Select(function => function.Address);

    private static PciId? IdOf(PciMatch? match) => match is { Vendor: <= ushort.MaxValue and { } vendor, Device: <= ushort.MaxValue and { } device } ? new PciId((ushort)vendor, (ushort)device) : null;

    private bool HeldSinceBoot(Expectation claim) =>
        !(_facts.Boot is { BootedAt: { } booted } boot && boot.ModifiedAt.Any(file => claim.Evidence.StartsWith($"{file.File}:", StringComparison.Ordinal) && file.At > booted));

    /// <summary>
    /// <c>xen-pciback.hide=(0000:01:00.0)(01:00.1)</c>, and Qubes' <c>rd.qubes.hide_pci=01:00.0,01:00.1</c>: what Xen's guests are to have.
    /// </summary>
    private IEnumerable<Expectation> OfXen() =>
        from parameter in _facts.Kernel?.CommandLine?.Parameters ?? []
        where parameter.Is("xen_pciback.hide") || parameter.Is("pciback.hide") || parameter.Is("rd.qubes.hide_pci")
        from text in (parameter.Value ?? "").Split(['(', ')', ','], StringSplitOptions.RemoveEmptyEntries)
        where PciSelector.TryParse(text, out _)
        from function in Selected(text)
        select Always(function, ExpectationSource.CommandLine, $"proc/cmdline {parameter.Name}") with { NamesAddress = true };

    private IEnumerable<PciAddress> Selected(string text) => PciSelector.TryParse(text, out var selector) ? _endpoints.Selected(selector) : [];

    /// <summary>Null: whether vfio-pci is built in can't be told.</summary>
    public static bool? HearsOfModprobe(HostFacts facts) =>
        facts.Kernel?.Modules?.BuiltIn?.Contains("vfio_pci") == true ? false : facts.Kernel?.ModulesComplete == false ? null : true;

    /// <summary>Sources that are there and could not be read: what they would claim, and for whom, is not known.</summary>
    public static IEnumerable<ExpectationSource> Unresolved(HostFacts facts)
    {
        if (facts.Boot is { DriverctlComplete: false })
        {
            yield return ExpectationSource.Driverctl;
        }

        if (facts.Kernel is { CommandLineComplete: false })
        {
            yield return ExpectationSource.CommandLine;
        }

        if (facts.Boot is { Modules.IsWhole: false } || (facts.Boot?.Modules.VfioIds is not null && HearsOfModprobe(facts) is null))
        {
            yield return ExpectationSource.Modprobe;
        }

        if (facts.Managers.Any(section => !section.DefinitionsComplete))
        {
            yield return ExpectationSource.Vm;
        }
    }

    private IEnumerable<Expectation> OfIds(VfioIds? ids, ExpectationSource source) =>
        from id in ids?.Ids ?? []
        from function in Matching(id)
        where !IsForAnother(function)
        select Always(function.Address, source, Text(ids!.At)) with { AppliesNow = function.TellsSlow("driver_override") ? true : null };

    /// <summary>A function that may only go to another driver is none that vfio-pci takes by its id (pci_match_device in drivers/pci/pci-driver.c).</summary>
    private bool IsForAnother(PciFunction function)
    {
        var driver = function.DriverOverride
            ?? _facts.Boot?.DriverctlOverrides.FirstOrDefault(it => it.Function == function.Address)?.Driver;
        return driver is not null && !PciDriver.IsVfioName(driver);
    }

    /// <summary>The setting that gives the function to vfio-pci by its id: <c>etc/modprobe.d/vfio.conf:1</c>; null where none does.</summary>
    public static string? IdsFor(HostFacts facts, PciFunction function)
    {
        VfioIds?[] settings = [facts.Kernel?.CommandLine is { } line ? VfioPciIds.OfCommandLine(line) : null, HearsOfModprobe(facts) == true ? facts.Boot?.Modules.VfioIds : null];
        return settings.FirstOrDefault(ids => ids?.Ids.Any(id => id.Matches(function) == true) == true) is { } found ? Text(found.At) : null;
    }

    private IEnumerable<PciFunction> Matching(PciMatch id) => _endpoints.All.Where(function => id.Matches(function) == true);

    /// <summary>
    /// The ids of a mapping are those of its first function. Of several alternatives none is expected before it is in use: one that
    /// is not there is no device that somebody misses.
    /// </summary>
    private IEnumerable<Expectation> OfVm(VmState state) =>
        from device in state.Vm.IsTemplate ? [] : EntriesOf(state)
        where !device.IsMediated
        from choice in IsPool(device) ? FromPool(state, device) : device.Choices
        let first = _endpoints.First(choice)
        from function in choice.Functions.SelectMany(_endpoints.Selected)
        where device.Choices.Length == 1 || _endpoints.At(function) is not null
        select new Expectation
        {
            Function = function,
            Source = ExpectationSource.Vm,
            Manager = state.Vm.Manager,
            When = device.When,
            AppliesNow = device.When == ExpectationTime.Always ? true : state.HostDependencies(device, choice, function),
            Evidence = $"{state.Vm.File} {device.Slot}",
            NamesAddress = device.Choices.Length == 1,
            TakesAnyDriver = device.TakesVgpuFunction,
            IsUrgent = state.IsRunning != false || state.Vm is { StartsWithHost: true, HasHook: false },
            IsUrgencyKnown = state.IsRunning is not null || state.Vm is { StartsWithHost: true, HasHook: false },
            Id = function == first ? choice.Id : null,
            Subsystem = function == first ? choice.Subsystem : null,
            Vm = state.Vm.Id,
            Owner = _owner,
        };

    /// <summary>What the next start takes, what a running VM was started with, and what its manager notes of it.</summary>
    private static IEnumerable<VmDevice> EntriesOf(VmState state) =>
        state.Vm.Devices.Concat(state.IsRunning == true ? state.Vm.StartedWith ?? [] : []).Concat(state.Vm.AttachedDevices ?? []).Distinct();

    /// <summary>Several functions that somebody else keeps on VFIO, of which the VM takes one.</summary>
    private static bool IsPool(VmDevice device) => device is { When: ExpectationTime.Always, Choices.Length: > 1 };

    /// <summary>A running VM claims the one it has, which its live devices name. A stopped one needs a free one: the first is missed where none is on VFIO.</summary>
    private IEnumerable<DeviceAlternative> FromPool(VmState state, VmDevice device) =>
        state.IsRunning != false || device.Choices.Any(choice => choice.Functions.SelectMany(_endpoints.Selected).Any(function => _endpoints.At(function)?.Driver?.IsVfio != false))
            ? []
            : [device.Choices[0]];

    private Expectation Always(PciAddress function, ExpectationSource source, string evidence) => new()
    {
        Function = function,
        Source = source,
        When = ExpectationTime.Always,
        AppliesNow = true,
        Evidence = evidence,
        Owner = _owner,
    };

    private static string Text(ConfigLine at) => at.Line > 0 ? $"{at.File}:{at.Line}" : at.File;
}
