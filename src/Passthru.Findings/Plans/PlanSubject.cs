using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Devices;
using Passthru.Findings.Groups;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Plans;

/// <summary>The host, beside the functions that are to go and the VM that they are to go to.</summary>
internal sealed class PlanSubject
{
    private readonly Dictionary<PciAddress, DeviceVerdict> _devices;
    private readonly Dictionary<string, GroupVerdict> _groups;

    public PlanSubject(HostFacts facts, Report report, ImmutableArray<PciFunction> asked, Vm? vm, string? vmName)
    {
        Facts = facts;
        Report = report;
        Asked = asked;
        Vm = vm;
        VmName = vm?.Id ?? vmName;
        Endpoints = new EndpointIndex(facts.Pci);
        _devices = (report.Devices ?? []).ToDictionary(device => device.Function.Address);
        _groups = (report.Groups ?? []).ToDictionary(group => group.Group.Name);
        Groups = [.. asked.Select(GroupOf).OfType<GroupVerdict>().Distinct()];
        Along = [.. Companions()];
        Going = [.. asked.Concat(Along.Select(companion => companion.Function)).Where(function => function.IsEndpoint).OrderBy(function => function.Address)];
    }

    public HostFacts Facts { get; }

    public Report Report { get; }

    public ImmutableArray<PciFunction> Asked { get; }

    /// <summary>Null: none was named, or it is none that is known here.</summary>
    public Vm? Vm { get; }

    public string? VmName { get; }

    public EndpointIndex Endpoints { get; }

    /// <summary>Groups of what was asked for.</summary>
    public ImmutableArray<GroupVerdict> Groups { get; }

    public ImmutableArray<Companion> Along { get; }

    /// <summary>All functions that no driver of the host may have while the VM runs, by address.</summary>
    public ImmutableArray<PciFunction> Going { get; }

    /// <summary>The kernel of the next boot.</summary>
    public string? Kernel => Facts.Boot?.Next?.Kernel ?? Facts.Kernel?.Release;

    public NextBoot? Next => Facts.Boot?.Next;

    /// <summary>The command line of the next boot, so far as that is known.</summary>
    public KernelCommandLine? NextLine => Next?.Line ?? Facts.Kernel?.CommandLine;

    public ModuleConfiguration Modules => Facts.Boot?.Modules ?? ModuleConfiguration.Empty;

    public KernelDrivers? Drivers => Facts.Boot?.DriversOf(Kernel);

    public bool IsOstree => Facts.Kernel?.CommandLine?.ValuesOf("ostree").Any() == true;

    /// <summary>Unraid binds by a file of its own.</summary>
    public bool IsUnraid =>
        Facts.Kernel?.Release?.Contains("nraid", StringComparison.Ordinal) == true || Facts.Boot?.Bindings.Any(binding => binding.Source == BindingSource.Unraid) == true;

    public bool IsNixOs => Next?.Loader == BootLoader.NixOs || Maker == ImageMaker.Nixos;

    public InitramfsFacts? Image => Facts.Boot?.ImageOf(Kernel);

    /// <summary>What makes this host's images: the image says so, else a program that is there.</summary>
    public ImageMaker Maker =>
        Image?.Maker is { } maker and not ImageMaker.Unknown ? maker
        : Next?.Loader == BootLoader.NixOs ? ImageMaker.Nixos
        : Has("update-initramfs") ? ImageMaker.InitramfsTools
        : Has("mkinitcpio") ? ImageMaker.Mkinitcpio
        : Has("dracut") ? ImageMaker.Dracut
        : ImageMaker.Unknown;

    public DeviceVerdict? Device(PciFunction function) => _devices.GetValueOrDefault(function.Address);

    public GroupVerdict? GroupOf(PciFunction function) => function.Group is { } name ? _groups.GetValueOrDefault(name) : null;

    /// <summary>The program is known to be on this host.</summary>
    public bool Has(string program) => Facts.Boot?.Programs.Contains(program) == true;

    /// <summary>A row of the VM managers that is here.</summary>
    public bool Runs(VmManager manager) => Facts.VmsOf(manager) is not null;

    /// <summary>Modules of the host that would take the function, built in or not.</summary>
    public IEnumerable<HostDriver> DriversOf(PciFunction function)
    {
        var known = Drivers?.Of(function.Address).ToList() ?? [];
        var bound = function.Driver is { IsVfio: false, IsStub: false } driver ? driver.Name.Replace('-', '_') : null;
        var module = bound is null or "xhci_hcd" or "ehci_pci" || known.Count > 0 ? null : new HostDriver(bound, [function.Address], null, []);
        return module is null ? known : [module];
    }

    private IEnumerable<Companion> Companions()
    {
        var seen = Asked.Select(function => function.Address).ToHashSet();
        foreach (var function in Groups.SelectMany(group => group.Group.Functions ?? []).Select(Endpoints.At).OfType<PciFunction>().Where(function => function.IsEndpoint && seen.Add(function.Address)))
        {
            yield return new Companion(function, $"it is in group {function.Group}, and VFIO takes a group as a whole");
        }

        foreach (var function in Endpoints.All.Where(other => Asked.Any(asked => IsOfOneCard(asked, other)) && seen.Add(other.Address)))
        {
            yield return new Companion(function, "it is part of the same card");
        }
    }

    /// <summary>Sound, USB and the serial port of a graphics card; and every function where only the whole card can be reset.</summary>
    private bool IsOfOneCard(PciFunction asked, PciFunction other) =>
        asked is { IsVirtual: false, Path.Parent: not null } && !other.IsVirtual && other.Address.SharesSlotWith(asked.Address)
        && (asked.Kind == DeviceKind.Gpu || Device(asked)?.Reset.IsWholeCard == true);
}
