using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Processes;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Findings.Ownership;
using Passthru.Findings.Rules;
using Passthru.Findings.Values;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Rules;

/// <summary>Every rule where it fires, and the host on which none does.</summary>
public sealed class RuleTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Nic = "0000:02:00.0";
    private const string Sata = "0000:00:17.0";

    private static readonly Dictionary<string, Func<HostFacts, HostFacts>> Situations = new()
    {
        ["iommu-off-in-firmware"] = facts => Platform(WithoutIommu(facts), it => it with { FirmwareTables = [] }),
        ["iommu-off-in-kernel"] = WithoutIommu,
        ["interrupt-remapping-disabled"] = facts => Platform(facts, it => it with { InterruptRemapping = false }),
        ["unsafe-interrupts-allowed"] = facts => Kernel(facts, it => it with { UnsafeInterruptsAllowed = true }),
        ["noiommu-mode"] = facts => Kernel(facts, it => it with { NoIommuMode = true }),
        ["vfio-module-missing"] = facts => Kernel(facts, it => it with { Modules = new KernelModules([], []) }),
        ["acs-override-active"] = facts => Kernel(facts, it => it with { CommandLine = KernelCommandLine.Parse("pcie_acs_override=downstream"), CarriesAcsOverride = true }),
        ["acs-override-ignored"] = facts => Kernel(facts, it => it with { CommandLine = KernelCommandLine.Parse("pcie_acs_override=downstream"), CarriesAcsOverride = false }),
        ["group-shared-with-critical-device"] = facts => Change(facts, Sata, it => it.InGroup("1")) with { Iommu = Groups(Some.Group("1", Gpu, Sata), Some.Group("2", Nic)) },
        ["group-not-viable"] = facts => Change(facts, Nic, it => it.On("igb").InGroup("1")) with { Iommu = Groups(Some.Group("1", Gpu, Nic), Some.Group("3", Sata)) },
        ["group-reserved-by-firmware"] = facts => facts with
        {
            Iommu = Groups(Some.Group("1", Gpu) with { ReservedRegions = [new ReservedRegion(0, 0xfff, "direct")] }, Some.Group("2", Nic), Some.Group("3", Sata)),
        },
        ["device-missing"] = facts => facts with { Pci = new PciFacts { Functions = [.. facts.Pci!.Functions.Where(it => it.Address.ToString() != Nic)] } },
        ["virtual-functions-missing"] = facts => Change(facts, Sata, it => it with { Address = Some.Address("0000:02:00.1"), TotalVirtualFunctions = 4, VirtualFunctions = 0 }) is var changed
            ? changed with { Pci = new PciFacts { Functions = [.. changed.Pci!.Functions.Where(it => it.Address.ToString() != Nic)] } }
            : facts,
        ["ownership-lost"] = facts => Change(facts, Gpu, it => it.On("nvidia")),
        ["modprobe-ids-without-effect"] = facts => Kernel(facts, it => it with { Modules = new KernelModules(["vfio_pci"], ["vfio_pci"]) }),
        ["group-stale-holder"] = facts => facts.WithLibvirt().WithProcesses(SomeVms.Process(99, null, "old") with { Owner = VmManagers.Libvirt }).WithHolders(new VfioHolder { Pid = 99, Program = "old-qemu", Groups = ["1"] }),
        ["group-held-by-service"] = facts => facts.WithHolders(new VfioHolder { Pid = 99, Program = "spdk_tgt", Groups = ["2"] }),
        ["group-node-missing"] = facts => Node(facts, new VfioNodeFacts("dev/vfio/1", "1", IsPresent: false, IsOpenToOthers: false)),
        ["group-node-open-to-others"] = facts => Node(facts, new VfioNodeFacts("dev/vfio/1", "1", IsPresent: true, IsOpenToOthers: true)),
        ["device-not-returned"] = facts => Change(facts, Sata, it => it with { DriverOverride = "nvidia" }),
        ["vm-start-takes-critical-device"] = facts => Change(facts, Sata, it => it.InGroup("2")) with { Iommu = Groups(Some.Group("1", Gpu), Some.Group("2", Nic, Sata)) },
        ["acs-override-contradicted"] = facts => Kernel(facts, it => it with { CommandLine = KernelCommandLine.Parse("pcie_acs_override=downstream"), CarriesAcsOverride = true }) with
        {
            KernelLog = new KernelLogFacts { Events = [], Acs = new AcsStatements { OverrideUnknown = true } },
        },
        ["device-not-resettable"] = facts => Change(facts, Gpu, it => it with { ResetMethods = [], Path = PciPath.FromLink($"../../../devices/pci0000:00/{Gpu}") }),
        ["device-needs-vendor-reset"] = facts => Change(facts, Nic, it => it with { ResetMethods = [], Vendor = 0x1002, Device = 0x67df }),
        ["device-without-flr"] = facts => Change(facts, Gpu, it => it with { ResetMethods = ["pm"] }),
        ["initramfs-stale"] = facts => facts with { Boot = Modprobe("options vfio-pci ids=10de:1b81") with { Images = [WithNouveau], Kernels = [Nouveau] } },
        ["driver-before-vfio"] = facts => Change(
            facts with { Boot = Modprobe("options vfio-pci ids=10de:1b81") with { Images = [WithNouveau with { Carried = [] }], Kernels = [Nouveau] } }, Gpu, it => it with { Driver = new PciDriver("nouveau", false) }),
        ["initramfs-unread"] = facts => facts with { Boot = Modprobe("options vfio-pci ids=10de:1b81") with { Images = [WithNouveau with { Modules = null }], Kernels = [Nouveau] } },
        ["blacklist-ineffective"] = facts => Kernel(facts with { Boot = Modprobe("options vfio-pci ids=10de:1b81\nblacklist nouveau") with { Kernels = [Nouveau] } }, it => it with { Modules = new KernelModules(["vfio_pci", "nouveau"], []) }),
        ["boot-config-pending"] = facts => facts with { Boot = Modprobe("") with { Next = Next("6.8.12-4-pve") } },
        ["boot-setting-idle"] = facts => facts with { Boot = Modprobe("options vfio-pci ids=10de:1b81, 10de:10f0") },
        ["other-kernel-next"] = facts => facts with { Boot = Modprobe("") with { Next = Next("6.14.0-1-pve") } },
        ["dma-faults"] = facts => Logged(facts, KernelEventKind.DmaFault),
        ["device-reset-failed"] = facts => Logged(facts, KernelEventKind.ResetFailed),
        ["iommu-timeout"] = facts => Logged(facts, KernelEventKind.InvalidationTimeout),
        ["port-errors"] = facts => Logged(facts, KernelEventKind.PortError),
        ["bar-conflict"] = facts => Logged(facts, KernelEventKind.BarConflict),
        ["interrupt-conflict"] = facts => Logged(facts, KernelEventKind.IntxConflict),
        ["device-lost"] = facts => Logged(facts, KernelEventKind.DeviceLost),
        ["memory-limit"] = facts => Logged(facts, KernelEventKind.MemoryLimit),
        ["reset-behind-vfio"] = facts => Logged(facts, KernelEventKind.BarRestore),
        ["reset-method-refused"] = facts => Logged(facts, KernelEventKind.NoFlr),
        ["interrupt-remapping-refused"] = facts => Logged(facts, KernelEventKind.IrqRemappingUnavailable),
        ["device-stuck-in-power-state"] = facts => Logged(facts, KernelEventKind.PowerStuck),
        ["rom-invalid"] = facts => Logged(facts, KernelEventKind.RomInvalid),
        ["device-refused-for-firmware"] = facts => Logged(facts, KernelEventKind.RmrrRefused),
        ["guest-driver-silent"] = facts => Change(facts.WithProxmox(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic)).Started(99)).WithProcesses(SomeVms.Process(99, "100", null, Nic)), Nic, it => it with { GuestInterrupts = GuestInterruptMode.None }),
        ["nic-power-management-risk"] = facts => Change(Kernel(facts, it => it with { AspmPolicy = "powersupersave" }), Nic, it => it with { Power = it.Power with { D3coldAllowed = true } }),
    };

    public static TheoryData<string> Rules => [.. Situations.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_fires_where_its_mistake_is(string rule)
    {
        var finding = Of(Situations[rule](Healthy)).FirstOrDefault(it => it.Rule.Id == rule);

        Assert.NotNull(finding);
        Assert.EndsWith(".", finding.Cause, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Evidence);
    }

    [Fact]
    public void A_healthy_host_has_no_findings() => Assert.Empty(Of(Healthy).Select(it => it.Rule.Id));

    [Fact]
    public void Where_nothing_was_read_nothing_is_found() =>
        Assert.Empty(Of(new HostFacts { TakenAt = DateTimeOffset.UnixEpoch, Collectors = [] }));

    /// <summary>Those about the configuration of machines have a table of their own, the isolation audit its hosts, drift its chassis.</summary>
    [Fact]
    public void Every_rule_has_a_situation()
    {
        var elsewhere = AllRules.Table.Select(rule => rule.Kind.Id).Where(id => id.StartsWith("vm-", StringComparison.Ordinal) && id != "vm-start-takes-critical-device");

        Assert.Equal(AllRules.Table.Select(rule => rule.Kind.Id).Except(elsewhere).Except(["group-not-isolated", "acs-switched-off", "group-boundary-unexplained", "group-peers-reachable", "topology-changed"]).Order(), Situations.Keys.Order());
    }

    [Fact]
    public void Ids_of_rules_are_words_between_dashes_and_each_is_there_once()
    {
        var ids = AllRules.Table.Select(rule => rule.Kind.Id).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)+$", id));
        Assert.All(AllRules.Table, rule => Assert.Matches("^(Passthru([A-Z][a-z]+)+)?$", rule.Kind.Alert));
        Assert.All(AllRules.Table, rule => Assert.Matches("^[A-Z].*\\.$|: vfio-pci.ids=\\.\\.\\.$", rule.Kind.Fix));
    }

    [Fact]
    public void No_IOMMU_is_critical_only_where_something_is_expected_of_it()
    {
        var nothingExpected = WithoutIommu(Healthy) with { Boot = null, Managers = [] };

        Assert.Equal(Severity.Critical, Of(WithoutIommu(Healthy)).Single(it => it.Rule.Id == "iommu-off-in-kernel").Severity);
        Assert.Equal(Severity.Info, Of(nothingExpected).Single(it => it.Rule.Id == "iommu-off-in-kernel").Severity);
    }

    [Fact]
    public void What_is_earlier_in_the_chain_is_told_first()
    {
        var stages = Of(Change(WithoutIommu(Healthy), Gpu, it => it.On("nvidia") with { ResetMethods = [] })).Select(it => it.Rule.Stage).ToList();

        Assert.Equal(stages.Order(), stages);
    }

    [Theory]
    [InlineData("ahci", false)]
    [InlineData("xhci_hcd", true)]
    [InlineData("none", null)]
    [InlineData("pci-stub", null)]
    [InlineData(null, null)]
    public void A_device_has_not_come_back_where_the_driver_that_is_to_have_it_does_not(string? driver, bool? isNotReturned)
    {
        var report = Diagnosis.Assess(Change(Healthy, Sata, it => it with { DriverOverride = driver }));

        Assert.Equal(isNotReturned, report.Devices!.Value.Single(device => device.Function.Address.ToString() == Sata).IsNotReturned);
    }

    [Fact]
    public void A_service_on_a_group_that_no_VM_claims_and_one_that_the_configuration_allows_are_nobody_s_trouble()
    {
        var facts = Healthy.WithHolders(new VfioHolder { Pid = 99, Program = "spdk_tgt", Groups = ["1"] });
        var onNic = Healthy.WithHolders(new VfioHolder { Pid = 99, Program = "spdk_tgt", Groups = ["2"] });

        Assert.Empty(Of(facts));
        Assert.Empty(Diagnosis.Assess(onNic, new ConfiguredExpectations { Holders = ["spdk_tgt"] }).Findings);
        Assert.Equal(["100"], Assert.Single(Of(onNic)).Vms);
    }

    [Fact]
    public void In_dom0_of_Xen_nothing_is_said_of_the_IOMMU_and_pciback_is_where_devices_belong()
    {
        var facts = Change(WithoutIommu(Healthy), Gpu, it => it.On("pciback")) with { Managers = [] };
        var xen = Platform(facts, it => it with { Hypervisor = new HypervisorFacts("xen", IsControlDomain: true), InterruptRemapping = null });
        var hidden = Kernel(xen, it => it with { CommandLine = KernelCommandLine.Parse("xen-pciback.hide=(0000:01:00.0)(02:00.0)"), Modules = new KernelModules([], []) });
        var report = Diagnosis.Assess(hidden);

        Assert.Null(report.IommuEnabled);
        Assert.Equal([(Gpu, false), (Nic, true)], report.Ownership.ExpectedDevices!.Value.Select(it => (it.Address.ToString(), it.IsMismatched == true)));
        Assert.All(report.Ownership.ExpectedDevices!.Value, it => Assert.Equal(Owner.Stub, it.Strongest.Owner));
        Assert.Equal(["ownership-lost"], report.Findings.Select(it => it.Rule.Id));
    }

    private static HostFacts Node(HostFacts facts, VfioNodeFacts node) => facts with { Processes = facts.Processes! with { Nodes = [node] } };

    /// <summary>A card for each of modprobe.d and a machine, both on VFIO, and the root disk apart from them.</summary>
    private static HostFacts Healthy
    {
        get
        {
            var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic));
            var facts = Some.Facts(
                Function(Sata, 0x010601, "ahci", "3") with { Device = 0xa352 },
                Function(Gpu, 0x030000, "vfio-pci", "1"),
                Function(Nic, 0x020000, "vfio-pci", "2") with { Device = 0x1533 });
            return facts.WithProxmox(vm).WithProcesses().WithModprobe("10de:1b81") with
            {
                Iommu = Groups(Some.Group("1", Gpu), Some.Group("2", Nic), Some.Group("3", Sata)),
                Kernel = new KernelFacts { Release = "6.8.12-4-pve", Modules = new KernelModules(["vfio_pci"], []), CommandLine = KernelCommandLine.Parse("quiet"), CarriesAcsOverride = false },
                Platform = new PlatformFacts { FirmwareTables = ["DMAR"], InterruptRemapping = true, VirtualizationExtensions = ["vmx"], Board = new BoardFacts() },
                HostDependencies = new HostDependencyFacts
                {
                    All = [new HostDependency(HostDependencyKind.RootFileSystem, ["/", "sda"], Some.Address(Sata))],
                    Unresolved = [],
                    DisplayComplete = true,
                    KeyboardsComplete = true,
                },
            };
        }
    }

    private static InitramfsFacts WithNouveau => new() { Path = "boot/initrd.img", Kernel = "6.8.12-4-pve", Modules = ModuleConfiguration.Empty, Carried = ["nouveau"] };

    private static KernelDrivers Nouveau => new() { Release = "6.8.12-4-pve", AllComplete = true, Drivers = [new HostDriver("nouveau", [Some.Address(Gpu)], null, [])] };

    private static NextBoot Next(string kernel) =>
        new() { Loader = BootLoader.SystemdBoot, File = "boot/loader/entries/a.conf", Entry = "a.conf", Kernel = kernel, Line = KernelCommandLine.Parse("quiet intel_iommu=on") };

    private static BootFacts Modprobe(string line)
    {
        var text = new ModprobeText();
        text.Add("etc/modprobe.d/vfio.conf", line);
        return new BootFacts { Modules = text.ToConfiguration() };
    }

    private static HostFacts Logged(HostFacts facts, KernelEventKind kind) =>
        facts with { KernelLog = new KernelLogFacts { Events = [new KernelEventCount(kind, Some.Address(Gpu), 2)] } };

    private static PciFunction Function(string address, uint code, string driver, string group) =>
        Some.Function(address).On(driver).InGroup(group) with { Class = new PciClass(code), ResetMethods = ["flr"], Multifunction = false };

    private static IommuFacts Groups(params IommuGroup[] groups) => new() { Units = [new IommuUnit("dmar0", IommuKind.Intel)], Groups = [.. groups] };

    private static HostFacts WithoutIommu(HostFacts facts) => facts with { Iommu = new IommuFacts { Units = ImmutableArray<IommuUnit>.Empty, Groups = ImmutableArray<IommuGroup>.Empty } };

    private static HostFacts Platform(HostFacts facts, Func<PlatformFacts, PlatformFacts> change) => facts with { Platform = change(facts.Platform!) };

    private static HostFacts Kernel(HostFacts facts, Func<KernelFacts, KernelFacts> change) => facts with { Kernel = change(facts.Kernel!) };

    private static HostFacts Change(HostFacts facts, string address, Func<PciFunction, PciFunction> change) => facts with
    {
        Pci = new PciFacts { Functions = [.. facts.Pci!.Functions.Select(it => it.Address.ToString() == address ? change(it) : it)] },
    };

    private static ImmutableArray<Finding> Of(HostFacts facts) => Diagnosis.Assess(facts).Findings;
}
