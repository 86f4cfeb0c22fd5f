using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;
using Passthru.Findings.Booting;
using Passthru.Findings.Guests;

namespace Passthru.Findings.Ownership;

/// <summary>Every claim on a function, from every source that speaks.</summary>
internal sealed class Claims
{
    private readonly HostFacts _facts;
    private readonly Expectations _expectations;
    private readonly Endpoints _endpoints;
    private readonly Owner _owner;

    private Claims(HostFacts facts, Endpoints endpoints, Expectations expectations)
    {
        _facts = facts;
        _expectations = expectations;
        _endpoints = endpoints;
        _owner = facts.Platform?.Hypervisor?.HasIommu == true ? Owner.Stub : Owner.Vfio;
    }

    /// <param name="facts">The host.</param>
    /// <param name="endpoints">Its endpoints.</param>
    /// <param name="expectations">The operator's word.</param>
    /// <param name="guests">Virtual machines, and which of them run.</param>
    public static IEnumerable<Claim> Of(HostFacts facts, Endpoints endpoints, Expectations expectations, IEnumerable<GuestState> guests)
    {
        var claims = new Claims(facts, endpoints, expectations);
        return
        [
            .. claims.OfConfiguration(),
            .. claims.OfOverrides(),
            .. claims.OfDriverctl(),
            .. claims.OfCommandLine(),
            .. claims.OfModprobe(),
            .. claims.OfBindings(),
            .. claims.OfXen(),
            .. guests.Where(it => it.Guest.IsManaged).SelectMany(claims.OfGuest),
        ];
    }

    private IEnumerable<Claim> OfConfiguration() =>
        from expected in _expectations.Devices
        from function in Named(expected)
        select Always(function, ClaimSource.Config, Text(expected.At)) with { Vm = expected.Vm, NamesAddress = expected.Address is not null };

    private IEnumerable<PciAddress> Named(DeviceExpectation expected) => expected switch
    {
        { Address: { } address } => _endpoints.Selected(address),
        { Id: { } id } => Matching(id).Select(function => function.Address),
        _ => _endpoints.All.Where(function => function.Slot == expected.Slot).Select(function => function.Address),
    };

    private IEnumerable<Claim> OfOverrides() =>
        from function in _endpoints.All
        where function.DriverOverride is { } driver && PciDriver.IsVfioName(driver)
        select Always(function.Address, ClaimSource.DriverOverride, $"{function.Path.Directory}/driver_override");

    private IEnumerable<Claim> OfDriverctl() =>
        from it in _facts.Boot?.DriverctlOverrides ?? []
        where PciDriver.IsVfioName(it.Driver)
        select Always(it.Function, ClaimSource.Driverctl, it.File) with { NamesAddress = true };

    private IEnumerable<Claim> OfCommandLine() =>
        _facts.Kernel?.CommandLine is { } line ? OfIds(VfioPciIds.OfCommandLine(line), ClaimSource.CommandLine) : [];

    /// <summary>
    /// modprobe's options reach a module; what is built in takes its parameters from the command line alone, and ids there
    /// overrule those of modprobe.d.
    /// </summary>
    private IEnumerable<Claim> OfModprobe() => _facts.Boot is { } boot && HearsOfModprobe(_facts) == true && !HasIdsOnCommandLine
        ? OfIds(boot.Modules.VfioIds, ClaimSource.Modprobe).Select(claim => IsPending(boot, claim.Function) ? claim with { AppliesNow = false } : claim)
            .Concat(OfIds(boot.InitramfsIds, ClaimSource.Modprobe).Where(HeldSinceBoot))
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
    private IEnumerable<Claim> OfBindings() =>
        from binding in _facts.Boot?.Bindings ?? []
        from function in Bound(binding)
        let source = binding.Source == BindingSource.Unraid ? ClaimSource.Unraid : ClaimSource.Udev
        let claim = Always(function, source, Text(binding.At)) with { NamesAddress = binding.Address is not null, Id = binding.Address is not null ? IdOf(binding.Id) : null }
        where HeldSinceBoot(claim)
        select claim;

    private IEnumerable<PciAddress> Bound(DeviceBinding binding) => binding.Address is { } address
        ? _endpoints.Selected(address)
        : _endpoints.All.Where(function => (binding.Id?.Matches(function) ?? true) && (binding.AddressPattern is null || Glob.Matches(binding.AddressPattern, $"{function.Address}")))
            .Select(function => function.Address);

    private static PciId? IdOf(PciMatch? match) => match is { Vendor: <= ushort.MaxValue and { } vendor, Device: <= ushort.MaxValue and { } device } ? new PciId((ushort)vendor, (ushort)device) : null;

    private bool HeldSinceBoot(Claim claim) =>
        !(_facts.Boot is { BootedAt: { } booted } boot && boot.ModifiedAt.Any(file => claim.Evidence.StartsWith($"{file.File}:", StringComparison.Ordinal) && file.At > booted));

    /// <summary>
    /// <c>xen-pciback.hide=(0000:01:00.0)(01:00.1)</c>, and Qubes' <c>rd.qubes.hide_pci=01:00.0,01:00.1</c>: what Xen's guests are to have.
    /// </summary>
    private IEnumerable<Claim> OfXen() =>
        from parameter in _facts.Kernel?.CommandLine?.Parameters ?? []
        where parameter.Is("xen_pciback.hide") || parameter.Is("pciback.hide") || parameter.Is("rd.qubes.hide_pci")
        from text in (parameter.Value ?? "").Split(['(', ')', ','], StringSplitOptions.RemoveEmptyEntries)
        where PciSelector.TryParse(text, out _)
        from function in Selected(text)
        select Always(function, ClaimSource.CommandLine, $"proc/cmdline {parameter.Name}") with { NamesAddress = true };

    private IEnumerable<PciAddress> Selected(string text) => PciSelector.TryParse(text, out var selector) ? _endpoints.Selected(selector) : [];

    /// <summary>Null: whether vfio-pci is built in can't be told.</summary>
    public static bool? HearsOfModprobe(HostFacts facts) =>
        facts.Kernel?.Modules?.BuiltIn?.Contains("vfio_pci") == true ? false : facts.Kernel?.ModulesTold == false ? null : true;

    /// <summary>Sources that are there and could not be read: what they would claim, and for whom, is not known.</summary>
    public static IEnumerable<ClaimSource> Untold(HostFacts facts)
    {
        if (facts.Boot is { DriverctlTold: false })
        {
            yield return ClaimSource.Driverctl;
        }

        if (facts.Kernel is { CommandLineTold: false })
        {
            yield return ClaimSource.CommandLine;
        }

        if (facts.Boot is { Modules.IsWhole: false } || (facts.Boot?.Modules.VfioIds is not null && HearsOfModprobe(facts) is null))
        {
            yield return ClaimSource.Modprobe;
        }

        if (facts.Managers.Any(section => !section.DefinitionsTold))
        {
            yield return ClaimSource.Vm;
        }
    }

    private IEnumerable<Claim> OfIds(VfioIds? ids, ClaimSource source) =>
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
    private IEnumerable<Claim> OfGuest(GuestState state) =>
        from device in state.Guest.IsTemplate ? [] : EntriesOf(state)
        where !device.IsMediated
        from choice in IsPool(device) ? FromPool(state, device) : device.Choices
        let first = _endpoints.First(choice)
        from function in choice.Functions.SelectMany(_endpoints.Selected)
        where device.Choices.Length == 1 || _endpoints.At(function) is not null
        select new Claim
        {
            Function = function,
            Source = ClaimSource.Vm,
            Manager = state.Guest.Manager,
            When = device.When,
            AppliesNow = device.When == ClaimTime.Always ? true : state.Uses(device, choice, function),
            Evidence = $"{state.Guest.File} {device.Slot}",
            NamesAddress = device.Choices.Length == 1,
            TakesAnyDriver = device.TakesVgpuFunction,
            IsUrgent = state.IsRunning != false || state.Guest is { StartsWithHost: true, HasHook: false },
            IsUrgencyTold = state.IsRunning is not null || state.Guest is { StartsWithHost: true, HasHook: false },
            Id = function == first ? choice.Id : null,
            Subsystem = function == first ? choice.Subsystem : null,
            Vm = state.Guest.Id,
            Owner = _owner,
        };

    /// <summary>What the next start takes, what a running VM was started with, and what its manager notes of it.</summary>
    private static IEnumerable<GuestDevice> EntriesOf(GuestState state) =>
        state.Guest.Devices.Concat(state.IsRunning == true ? state.Guest.StartedWith ?? [] : []).Concat(state.Guest.LiveDevices ?? []).Distinct();

    /// <summary>Several functions that somebody else keeps on VFIO, of which the VM takes one.</summary>
    private static bool IsPool(GuestDevice device) => device is { When: ClaimTime.Always, Choices.Length: > 1 };

    /// <summary>A running VM claims the one it has, which its live devices name. A stopped one needs a free one: the first is missed where none is on VFIO.</summary>
    private IEnumerable<DeviceChoice> FromPool(GuestState state, GuestDevice device) =>
        state.IsRunning != false || device.Choices.Any(choice => choice.Functions.SelectMany(_endpoints.Selected).Any(function => _endpoints.At(function)?.Driver?.IsVfio != false))
            ? []
            : [device.Choices[0]];

    private Claim Always(PciAddress function, ClaimSource source, string evidence) => new()
    {
        Function = function,
        Source = source,
        When = ClaimTime.Always,
        AppliesNow = true,
        Evidence = evidence,
        Owner = _owner,
    };

    private static string Text(ConfigLine at) => at.Line > 0 ? $"{at.File}:{at.Line}" : at.File;
}
