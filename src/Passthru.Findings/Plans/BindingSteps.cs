using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Findings.Boot;
using Passthru.Findings.Values;

namespace Passthru.Findings.Plans;

/// <summary>What gives the functions to vfio-pci at every boot, and the image that has it.</summary>
internal sealed class BindingSteps(PlanSubject subject, Binding binding)
{
    private const string Standard = "etc/modprobe.d/vfio.conf";
    private const string Unraid = "boot/config/vfio-pci.cfg";
    private const string ModulesLoad = "etc/modules-load.d/vfio.conf";

    public IEnumerable<PlanStep> All() =>
    [
        .. subject.IsUnraid ? OfUnraid() : subject.IsNixOs ? OfNixOs() : binding.ById.IsEmpty ? [] : ById(),
        .. subject.IsUnraid || subject.IsNixOs || binding.ByAddress.IsEmpty ? Array.Empty<PlanStep>() : [ByAddress()],
        .. binding.AtStart.IsEmpty ? Array.Empty<PlanStep>() : [AtStart()],
    ];

    /// <summary>Where the ids stand, or will.</summary>
    private string File => subject.Modules.VfioIds?.At.File is { } file && file.StartsWith("etc/", StringComparison.Ordinal) ? file : Standard;

    private string Ids => string.Join(',', binding.ById.Select(function => function.Id!.Value.ToString()).Distinct());

    private ImmutableArray<PciFunction> Missing => [.. binding.ById.Where(function => !binding.IsSet(function))];

    /// <summary>What the image leaves open was decided at this boot, where VFIO has the function.</summary>
    private bool IsImageRight => binding.ById.All(function =>
        binding.Race(function) is { Outcome: RaceOutcome.NoHostDriver } || (function.Driver?.IsVfio == true && binding.Race(function) is { Outcome: RaceOutcome.Unresolved, Stage: RaceStage.RootFileSystem }));

    private IEnumerable<PlanStep> ById()
    {
        var missing = Missing;
        var drivers = missing.IsEmpty && IsImageRight ? [] : binding.UnguardedDrivers();
        yield return binding.UsesCommandLine ? OnCommandLine(missing, drivers) : InModprobe(missing, drivers);
        if (!binding.IsBuiltIn && !subject.IsOstree)
        {
            yield return Image(missing.IsEmpty && drivers.IsEmpty && IsImageRight);
        }
    }

    private PlanStep InModprobe(ImmutableArray<PciFunction> missing, ImmutableArray<string> drivers)
    {
        var done = missing.IsEmpty && drivers.IsEmpty;
        string[] softdeps = [.. drivers.Select(driver => $"softdep {driver} pre: vfio-pci")];
        var needsLoading = !missing.IsEmpty && binding.ById.Any(function => !subject.DriversOf(function).Any());
        var (add, back) = missing.IsEmpty ? (null, null) : AddIds(missing);
        var isOneAppend = add is not null && subject.Modules.VfioIds is null;
        ImmutableArray<string> lines = isOneAppend ? [$"options vfio-pci ids={Ids}", .. softdeps] : [.. softdeps];
        return new PlanStep("vfio-pci before the host's drivers", done ? StepState.Done : StepState.ToDo)
        {
            What = done
                ? ["modprobe.d gives vfio-pci the device."]
                : [
                    .. missing.IsEmpty ? Array.Empty<string>() : [$"No other card here has {(binding.ById.Length == 1 ? "this id" : "these ids")} ({Ids}): vfio-pci takes {(binding.ById.Length == 1 ? "it" : "them")} by id."],
                    .. drivers.IsEmpty ? Array.Empty<string>() : [After(drivers)],
                ],
            Evidence = done ? [.. binding.ById.SelectMany(binding.Evidence).Distinct()] : [],
            Commands = Shell.All(isOneAppend ? null : add, lines.IsEmpty ? null : Shell.Append(File, lines), needsLoading ? Shell.Append(ModulesLoad, ["vfio-pci"]) : null),
            Proofs = done ? [] : [new Proof("modprobe --showconfig | grep -e '^options vfio_pci'", missing.IsEmpty ? "ids=" : missing[^1].Id!.Value.ToString())],
            Back = Shell.All(isOneAppend ? null : back, lines.IsEmpty ? null : Shell.Remove(File, lines), needsLoading ? Shell.Remove(ModulesLoad, ["vfio-pci"]) : null),
        };
    }

    /// <summary>ids is one list for all devices: of several lines the last counts.</summary>
    private (string Add, string Back) AddIds(ImmutableArray<PciFunction> missing)
    {
        var added = string.Join(',', missing.Select(function => function.Id!.Value.ToString()).Distinct());
        return subject.Modules.VfioIds is { At: var at } && at.File == File
            ? ($"sed -i {Shell.Quote($"{at.Line}s/\\(ids=[^ ]*\\)/\\1,{added}/")} {Shell.Quote($"/{File}")}", $"sed -i {Shell.Quote($"{at.Line}s/,{added}//")} {Shell.Quote($"/{File}")}")
            : (Shell.Append(File, [$"options vfio-pci ids={added}"]), Shell.Remove(File, [$"options vfio-pci ids={added}"]));
    }

    private PlanStep OnCommandLine(ImmutableArray<PciFunction> missing, ImmutableArray<string> drivers)
    {
        var before = subject.NextLine?.ValuesOf("vfio_pci.ids").LastOrDefault();
        var spelled = subject.NextLine?.Parameters.LastOrDefault(parameter => parameter.Is("vfio_pci.ids")).Name ?? "vfio-pci.ids";
        var added = string.Join(',', missing.Select(function => function.Id!.Value.ToString()).Distinct());
        List<string> words = missing.IsEmpty ? [] : [$"vfio-pci.ids={(string.IsNullOrEmpty(before) ? added : $"{before},{added}")}"];
        List<string> gone = missing.IsEmpty || string.IsNullOrEmpty(before) ? [] : [$"{spelled}={before}"];
        var off = subject.IsOstree ? drivers.Where(IsOurs).ToList() : [];
        words.AddRange(off.SelectMany(driver => (string[])[$"rd.driver.blacklist={driver}", $"modprobe.blacklist={driver}"]));
        string[] softdeps = subject.IsOstree || binding.IsBuiltIn ? [] : [.. drivers.Select(driver => $"softdep {driver} pre: vfio-pci")];
        var done = words.Count == 0 && softdeps.Length == 0;
        var loads = subject.IsOstree && !missing.IsEmpty;
        return new PlanStep("vfio-pci before the host's drivers", done ? StepState.Done : StepState.ToDo)
        {
            What = done
                ? ["The kernel parameters give vfio-pci the device."]
                : [
                    .. binding.IsBuiltIn ? ["vfio-pci is built into this kernel: it reads ids from the kernel parameters only."] : Array.Empty<string>(),
                    .. subject.IsOstree ? ["The image of this host is made for any host and takes no /etc/modprobe.d along."] : Array.Empty<string>(),
                    .. softdeps.Length == 0 ? Array.Empty<string>() : [After(drivers)],
                    .. binding.HasIdsOnLine && !missing.IsEmpty ? ["The kernel parameters have ids already, which overrule modprobe.d."] : Array.Empty<string>(),
                ],
            Evidence = done ? [.. binding.ById.SelectMany(binding.Evidence).Distinct()] : [],
            Commands = Shell.All(softdeps.Length > 0 ? Shell.Append(Standard, softdeps) : null, loads ? Shell.Append(ModulesLoad, ["vfio-pci"]) : null),
            Back = Shell.All(softdeps.Length > 0 ? Shell.Remove(Standard, softdeps) : null, loads ? Shell.Remove(ModulesLoad, ["vfio-pci"]) : null),
        }.WithWords(subject, words, gone);
    }

    private static string After(ImmutableArray<string> drivers) =>
        $"{Names.And([.. drivers])} {(drivers.Length == 1 ? "is" : "are")} loaded after vfio-pci and {(drivers.Length == 1 ? "keeps" : "keep")} all other devices.";

    /// <summary>No function that stays needs the module.</summary>
    private bool IsOurs(string module) =>
        subject.Drivers?.Drivers.FirstOrDefault(driver => driver.Module == module) is { } driver && driver.Functions.All(address => subject.Going.Any(function => function.Address == address));

    private PlanStep Image(bool done)
    {
        var settings = done ? null : ImageCommands.Settings(subject.Maker, File);
        var make = ImageCommands.Make(subject);
        var file = settings?.File;
        return new PlanStep("Image", done ? StepState.Done : StepState.ToDo)
        {
            What = done
                ? [.. binding.ById.Select(binding.Race).OfType<DeviceRace>().Where(race => race.Outcome == RaceOutcome.NoHostDriver).Select(race => race.Why).Where(why => why.Length > 0).Distinct().Select(why => $"{char.ToUpperInvariant(why[0])}{why[1..]}.")]
                : make.IsEmpty
                    ? [$"The initramfs loads drivers before /etc/modprobe.d is there. What makes it on this host is not known: run update-initramfs -u, dracut -f or mkinitcpio -P for {subject.Kernel ?? "the kernel"}."]
                    : [$"The initramfs has to know it too. {ImageCommands.Name(subject.Maker)} makes the one of kernel {subject.Kernel}."],
            Evidence = done && subject.Image is { } image ? [$"/{image.Path}"] : [],
            Commands = done ? [] : [.. settings is { } it ? [Shell.Write(it.File, it.Lines)] : Array.Empty<string>(), .. make],
            Proofs = done || ImageCommands.Proof(subject, File) is not { } proof ? [] : [proof],
            Back = done ? [] : [.. file is null ? [] : new[] { $"rm -f /{file}" }, .. make],
        };
    }

    /// <summary>A twin stays: driverctl names the address. It takes the function from the host's driver during the boot.</summary>
    private PlanStep ByAddress()
    {
        var missing = binding.ByAddress.Where(function => !binding.IsSet(function)).ToList();
        var option = binding.ByAddress.Any(function => function.Kind == DeviceKind.Gpu) ? "--noprobe " : "";
        return new PlanStep("vfio-pci by address", missing.Count == 0 ? StepState.Done : StepState.ToDo)
        {
            What = missing.Count == 0
                ? ["A setting of this host gives vfio-pci the address."]
                : [.. missing.Select(Why).Distinct(), .. subject.Has("driverctl") ? Array.Empty<string>() : ["Install the package driverctl first."]],
            Evidence = missing.Count == 0 ? [.. binding.ByAddress.SelectMany(binding.Evidence).Distinct()] : [],
            Commands = [.. missing.Select(function => $"driverctl {option}set-override {function.Address} vfio-pci")],
            Proofs = missing.Count == 0 ? [] : [new Proof("driverctl list-overrides", $"{missing[0].Address} vfio-pci")],
            Back = [.. missing.Select(function => $"driverctl {option}unset-override {function.Address}")],
        };
    }

    private string Why(PciFunction function) =>
        binding.Twins(function) is { IsEmpty: false } twins && !function.IsVirtual
            ? $"{Names.List(twins.Select(twin => twin.Address))} {(twins.Length == 1 ? "has" : "have")} the same id ({function.Id}) and {(twins.Length == 1 ? "stays" : "stay")}: an id would take {(twins.Length == 1 ? "both" : "all")}, so vfio-pci gets {function.Address} by its address."
        : binding.BuiltInDriver(function) is { } driver ? $"{driver.Module} is built into the kernel and has {function.Address} before any module: driverctl hands it over during the boot."
        : $"vfio-pci gets {function.Address} by its address.";

    private static PlanStep AtStart() => new("vfio-pci at the VM's start", StepState.Done)
    {
        What = ["The VM manager binds virtual functions to vfio-pci when the VM starts. No setting for the boot is needed."],
    };

    private IEnumerable<PlanStep> OfUnraid()
    {
        var missing = subject.Going.Where(function => !binding.IsSet(function)).ToList();
        var entries = string.Join(' ', missing.Select(function => function.Id is { } id ? $"{function.Address}|{id}" : $"{function.Address}"));
        var hasFile = subject.Facts.Boot?.Bindings.Any(it => it.At.File == Unraid) == true;
        yield return new PlanStep("vfio-pci by address", missing.Count == 0 ? StepState.Done : StepState.ToDo)
        {
            What = missing.Count == 0 ? ["Unraid binds it at boot."] : ["Unraid binds at boot what Tools → System Devices has ticked. The page writes this file."],
            Evidence = missing.Count == 0 ? [.. subject.Going.SelectMany(binding.Evidence).Distinct()] : [],
            Commands = missing.Count == 0 ? [] : [hasFile ? $"sed -i {Shell.Quote($"/^BIND=/s/\\r\\?$/ {Shell.Replacement(entries)}/")} /{Unraid}" : Shell.Write(Unraid, [$"BIND={entries}"])],
            Proofs = missing.Count == 0 ? [] : [new Proof($"cat /{Unraid}", $"{missing[0].Address}")],
            Back = missing.Count == 0 ? [] : [hasFile ? $"sed -i {Shell.Quote($"s/ {Shell.Pattern(entries)}//")} /{Unraid}" : $"rm /{Unraid}"],
        };
    }

    /// <summary>The configuration is the administrator's text: no command writes it.</summary>
    private IEnumerable<PlanStep> OfNixOs()
    {
        var ids = binding.ById.Where(function => !binding.IsSet(function)).ToList();
        var addresses = binding.ByAddress.Where(function => !binding.IsSet(function)).ToList();
        var isDone = ids.Count + addresses.Count == 0;
        string[] text =
        [
            "boot.initrd.kernelModules = [ \"vfio_pci\" \"vfio\" \"vfio_iommu_type1\" ];",
            .. ids.Count == 0 ? Array.Empty<string>() : [$"boot.extraModprobeConfig = \"options vfio-pci ids={Ids}\";"],
            .. addresses.Select(function => $"boot.initrd.services.udev.rules = ''ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"{function.Address}\", ATTR{{driver_override}}=\"vfio-pci\"'';"),
        ];
        yield return new PlanStep("vfio-pci before the host's drivers", isDone ? StepState.Done : StepState.ToDo)
        {
            What = isDone ? ["The configuration gives vfio-pci the device."] : ["Add this to /etc/nixos/configuration.nix, then build the next boot."],
            Evidence = isDone ? [.. subject.Going.SelectMany(binding.Evidence).Distinct()] : [],
            Text = isDone ? null : string.Join('\n', text),
            Commands = isDone ? [] : ["nixos-rebuild boot"],
            Back = isDone ? [] : ["nixos-rebuild boot --rollback"],
        };
    }
}
