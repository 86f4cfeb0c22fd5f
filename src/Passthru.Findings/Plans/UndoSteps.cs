using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings.NextStart;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Plans;

/// <summary>What has to go so that the host gets the functions back at the next boot, by what is there now.</summary>
internal sealed class UndoSteps(PlanSubject subject)
{
    private readonly HashSet<PciAddress> _going = [.. subject.Going.Select(function => function.Address)];

    public IEnumerable<PlanStep> All()
    {
        PlanStep[] modprobe = [.. Modprobe()];
        PlanStep[] settings = [.. modprobe, .. CommandLine(), .. Addresses(), .. Bindings()];
        var isConfigured = settings.Length > 0;
        return
        [
            .. Vms(),
            .. isConfigured ? settings : [new PlanStep("Settings for the boot", StepState.Done) { What = ["No setting of this host gives it to VFIO."] }],
            .. modprobe.Length > 0 && !subject.IsUnraid && !subject.IsNixOs && !subject.IsOstree ? [Image()] : Array.Empty<PlanStep>(),
            Back(isConfigured),
        ];
    }

    private IEnumerable<PlanStep> Vms()
    {
        foreach (var vm in (subject.Report.Vms ?? []).Where(vm => !vm.Vm.IsTemplate && vm.Vm.IsManaged && vm.Functions.Any(taken => _going.Contains(taken.Address))))
        {
            var entries = vm.Vm.Devices.Where(device => vm.Functions.Any(taken => taken.Slot == device.Slot && _going.Contains(taken.Address))).ToList();
            yield return new PlanStep("VM configuration", StepState.ToDo)
            {
                What = [$"{PlanWords.Vm(vm.Vm)} takes it{(vm.IsRunning == true ? " and runs: shut it down first" : "")}."],
                Evidence = [.. entries.Select(entry => $"/{vm.Vm.File} {entry.Slot}")],
                Commands = [.. Release(vm, entries)],
            };
        }
    }

    private IEnumerable<string> Release(VmVerdict vm, List<VmDevice> entries)
    {
        var id = Shell.Quote(vm.Vm.Id);
        if (vm.Vm.Manager == VmManagers.Proxmox)
        {
            return [.. vm.IsRunning == true ? [$"qm shutdown {id}"] : Array.Empty<string>(), .. entries.Select(entry => $"qm set {id} --delete {Shell.Quote(entry.Slot)}")];
        }

        if (vm.Vm.Manager.Name == VmSteps.Incus)
        {
            var instance = IncusSteps.Quote(vm.Vm.Id);
            return [.. vm.IsRunning == true ? [$"incus stop {instance}"] : Array.Empty<string>(), .. entries.Select(entry => $"incus config device remove {instance} {Shell.Quote(entry.Slot)}")];
        }

        var taken = vm.Functions.Where(it => _going.Contains(it.Address)).Select(it => subject.Endpoints.At(it.Address)).OfType<PciFunction>().Distinct();
        return vm.Vm.Manager == VmManagers.Libvirt
            ? [.. vm.IsRunning == true ? [$"virsh shutdown {id}"] : Array.Empty<string>(), .. taken.Select(function => LibvirtSteps.Plug("detach", id, function))]
            : [];
    }

    /// <summary>ids of modprobe.d, and lines that keep a driver of the host off or after vfio-pci.</summary>
    private IEnumerable<PlanStep> Modprobe()
    {
        var commands = new List<string>();
        var evidence = new List<string>();
        foreach (var ids in new[] { subject.Modules.VfioIds, subject.Facts.Boot?.InitramfsIds }.OfType<VfioIds>().Where(ids => ids.Ids.Any(IsOurs)))
        {
            evidence.Add($"/{ids.At.File}:{ids.At.Line}");
            commands.Add(WithoutIds(ids));
        }

        foreach (var line in Guards().Where(line => line.At.File.StartsWith("etc/", StringComparison.Ordinal)))
        {
            evidence.Add($"/{line.At.File}:{line.At.Line}");
            commands.Add($"sed -i {Shell.Quote($"/^[[:blank:]]*{line.Keyword}[[:blank:]]\\+{Spelled(line.Module)}\\([[:blank:]]\\|$\\)/d")} {Shell.Quote($"/{line.At.File}")}");
        }

        if (commands.Count > 0)
        {
            yield return new PlanStep("modprobe.d", StepState.ToDo)
            {
                What = ["vfio-pci gets it by these lines, or a driver of the host is kept off by them."],
                Evidence = [.. evidence.Distinct()],
                Commands = [.. commands.Distinct()],
            };
        }
    }

    /// <summary>The ids that are ours out of the list, or the line where none is left.</summary>
    private static string WithoutLine(string file, string keyword) => $"sed -i {Shell.Quote($"/^[[:blank:]]*{keyword}[[:blank:]].*ids=/d")} {Shell.Quote($"/{file}")}";

    private string WithoutIds(VfioIds ids)
    {
        var keyword = ids.At.File.EndsWith("initramfs-tools/modules", StringComparison.Ordinal) ? "vfio[-_]pci" : "options[[:blank:]]\\+vfio[-_]pci";
        var ours = ids.Ids.Where(IsOurs).ToList();
        return ours.Count == ids.Ids.Length
            ? WithoutLine(ids.At.File, keyword)
            : $"sed -i {string.Join(' ', ours.Select(id => $"-e {Shell.Quote($"/vfio[-_]pci/s/\\([=,]\\){id}[^, ]*,\\?/\\1/I")}"))} -e {Shell.Quote("/vfio[-_]pci/s/,\\( \\|$\\)/\\1/")} {Shell.Quote($"/{ids.At.File}")}";
    }

    private IEnumerable<BootSetting> Guards()
    {
        var drivers = subject.Going.SelectMany(subject.DriversOf).Select(driver => driver.Module).Distinct().Where(module => !IsForOthers(module)).ToList();
        return BootSettings.About(subject.Modules, drivers).Where(setting => setting.Keyword is "blacklist" or "softdep" or "install" && drivers.Contains(setting.Module));
    }

    /// <summary>Another function that stays with VFIO has the same driver.</summary>
    private bool IsForOthers(string module) =>
        (subject.Report.Ownership.ExpectedDevices ?? []).Any(expected => !_going.Contains(expected.Address) && expected.Function is { } function
            && expected.Expectations.Any(claim => claim.Source is ExpectationSource.CommandLine or ExpectationSource.Modprobe) && subject.DriversOf(function).Any(driver => driver.Module == module));

    private IEnumerable<PlanStep> CommandLine()
    {
        var line = subject.NextLine;
        var words = new List<string>();
        var gone = new List<string>();
        var ids = line is null ? null : VfioPciIds.OfCommandLine(line);
        if (ids is not null && ids.Ids.Any(IsOurs))
        {
            var parameter = line!.Parameters.Last(it => it.Is("vfio_pci.ids"));
            gone.Add($"{parameter.Name}={parameter.Value}");
            var left = ids.Ids.Where(id => !IsOurs(id)).Select(id => id.ToString()).ToList();
            words.AddRange(left.Count > 0 ? [$"vfio-pci.ids={string.Join(',', left)}"] : Array.Empty<string>());
        }

        var drivers = subject.Going.SelectMany(subject.DriversOf).Select(driver => driver.Module).Where(module => !IsForOthers(module)).ToHashSet();
        foreach (var parameter in (line?.Parameters ?? []).Where(it => it.Is("modprobe.blacklist") || it.Is("module_blacklist") || it.Is("rd.driver.blacklist")))
        {
            var listed = (parameter.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
            var left = listed.Where(name => !drivers.Contains(ModuleWords.Underscored(name))).ToList();
            if (left.Count < listed.Length)
            {
                gone.Add($"{parameter.Name}={parameter.Value}");
                words.AddRange(left.Count > 0 ? [$"{parameter.Name}={string.Join(',', left)}"] : Array.Empty<string>());
            }
        }

        if (gone.Count > 0)
        {
            var step = new PlanStep("Kernel parameters", StepState.ToDo)
            {
                What = ["These give it to vfio-pci, or keep a driver of the host off. The IOMMU's parameters stay: they take nothing from the host."],
                Evidence = [.. gone],
            };
            yield return step.WithWords(subject, words, gone) with { Back = [] };
        }
    }

    private IEnumerable<PlanStep> Addresses()
    {
        var overrides = (subject.Facts.Boot?.DriverctlOverrides ?? []).Where(it => _going.Contains(it.Function) && PciDriver.IsVfioName(it.Driver)).ToList();
        if (overrides.Count > 0)
        {
            yield return new PlanStep("driverctl", StepState.ToDo)
            {
                Evidence = [.. overrides.Select(it => $"/{it.File}")],
                Commands = [.. overrides.Select(it => $"driverctl --noprobe unset-override {it.Function}")],
            };
        }
    }

    /// <summary>Files of Unraid and of udev.</summary>
    private IEnumerable<PlanStep> Bindings()
    {
        foreach (var (file, ours) in from binding in subject.Facts.Boot?.Bindings ?? []
                                     where subject.Going.Any(function => Binds(binding, function))
                                     group binding by binding.At.File into bindings
                                     select (bindings.Key, bindings.ToList()))
        {
            var isUnraid = ours[0].Source == BindingSource.Unraid;
            yield return new PlanStep(isUnraid ? "Unraid's list" : "Rule of udev", StepState.ToDo)
            {
                What = [isUnraid ? "Unraid binds it at boot; Tools → System Devices has the ticks." : "The rule names it, perhaps with others: look at it first."],
                Evidence = [.. ours.Select(binding => $"/{binding.At.File}:{binding.At.Line}").Distinct()],
                Commands = isUnraid
                    ? [$"sed -i {string.Join(' ', ours.Select(binding => $"-e {Shell.Quote($"s/ \\?\\(0000:\\)\\?{Shell.Pattern($"{binding.Address}"[5..])}\\(|[0-9a-f:]*\\)\\?//")}"))} {Shell.Quote($"/{file}")}"]
                    : [$"sed -i {Shell.Quote(string.Join(';', ours.Select(binding => $"{binding.At.Line}d").Distinct()))} {Shell.Quote($"/{file}")}"],
            };
        }
    }

    private static bool Binds(DeviceBinding binding, PciFunction function) => binding.Address is { } address
        ? address.Covers(function.Address)
        : (binding.Id?.Matches(function) ?? binding.AddressPattern is not null) && (binding.AddressPattern is null || Facts.Values.Glob.Matches(binding.AddressPattern, $"{function.Address}"));

    /// <summary>No other device goes to VFIO by its id.</summary>
    private bool IsLast => subject.Modules.VfioIds?.Ids.All(IsOurs) != false && (subject.NextLine is not { } line || VfioPciIds.OfCommandLine(line)?.Ids.All(IsOurs) != false);

    private PlanStep Image() => new("Image", StepState.ToDo)
    {
        What = [$"The initramfs has a copy of these settings. {ImageCommands.Name(subject.Maker)} makes the one of kernel {subject.Kernel}."],
        Commands = [.. IsLast ? ImageCommands.Forget(subject.Maker) : [], .. ImageCommands.Make(subject)],
    };

    private PlanStep Back(bool isConfigured)
    {
        var held = subject.Going.Where(function => function.Driver?.IsVfio == true || (function.Driver is null && function.DriverOverride is not null)).ToList();
        var done = held.Count == 0;
        return new PlanStep("The host's driver", done ? StepState.Done : StepState.ToDo)
        {
            What = done
                ? isConfigured ? ["A driver of the host has it now, and after these steps it has it at every boot."] : ["A driver of the host has it."]
                : ["The next boot gives it to the host's driver."],
            Evidence = done ? [.. subject.Going.Where(function => function.Driver is not null).Select(Names.Link).Select(link => $"/{link}")] : [],
            Commands = done ? [] : ["systemctl reboot"],
            Instead = done ? null : new Alternative("Without a reboot, when no VM has it", [.. RebootSteps.AtOnce(held, null)]),
            Proofs = [.. subject.Asked.Where(function => !done && function.IsEndpoint).Select(function => new Proof($"lspci -nnk -s {function.Address}", Expected(function)))],
        };
    }

    /// <summary>The one driver that it is known to get.</summary>
    private string Expected(PciFunction function) =>
        subject.DriversOf(function).Select(driver => driver.Module).ToList() is [var only] && only is not ("xhci_pci" or "ehci_pci") ? $"Kernel driver in use: {only}" : "Kernel driver in use:";

    private bool IsOurs(PciMatch id) => subject.Going.Any(function => id.Matches(function) == true);

    /// <summary>modprobe.d does not tell dashes from underscores.</summary>
    private static string Spelled(string module) => Shell.Pattern(module).Replace("_", "[-_]", StringComparison.Ordinal);
}
