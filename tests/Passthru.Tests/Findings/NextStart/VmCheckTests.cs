using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Findings.NextStart;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.NextStart;

/// <summary>The table of configuration mistakes, row by row: found, not found, not applicable.</summary>
public sealed class VmCheckTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Sound = "0000:01:00.1";
    private const string Nic = "0000:02:00.0";
    private const string OtherPort = "0000:02:00.1";
    private const string Virtual = "0000:02:10.0";

    private static readonly VmDevice WholeCard = SomeVms.Device("hostpci0", "01:00") with { IsExpress = true, IsPrimaryDisplay = true, HasRomBar = true };
    private static readonly VmDevice Adapter = SomeVms.Device("hostpci1", Nic);

    public static TheoryData<string, string, bool?> Table => new()
    {
        { "gpu_without_uefi", "uefi", false },
        { "gpu_without_uefi", "bios", true },
        { "gpu_without_uefi", "firmware-untold", null },
        { "gpu_without_uefi", "nic-only-bios", null },
        { "gpu_without_uefi", "3d-controller-bios", null },
        { "gpu_without_uefi", "legacy-igd", null },
        { "gpu_without_uefi", "bios-other-display", false },
        { "gpu_without_uefi", "bios-serial-console", false },
        { "gpu_without_uefi", "bios-sole", true },
        { "gpu_without_uefi", "bios-sole-serial-windows", true },
        { "gpu_without_uefi", "bios-romfile", false },
        { "gpu_without_uefi", "bios-rombar-off", false },
        { "gpu_without_uefi", "bios-second-gpu-computes", false },
        { "gpu_on_i440fx", "uefi", false },
        { "gpu_on_i440fx", "i440fx", true },
        { "gpu_on_i440fx", "i440fx-other-display", false },
        { "gpu_on_i440fx", "other-chipset", null },
        { "pcie_not_set", "uefi", false },
        { "pcie_not_set", "pcie-off", true },
        { "pcie_not_set", "pcie-off-integrated", false },
        { "pcie_not_set", "i440fx", null },
        { "pcie_not_set", "libvirt", null },
        { "no_primary_gpu", "windows-sole", true },
        { "no_primary_gpu", "windows-sole-primary", false },
        { "no_primary_gpu", "uefi", null },
        { "functions_left_out", "uefi", false },
        { "functions_left_out", "without-sound", true },
        { "functions_left_out", "without-sound-other-display", false },
        { "functions_left_out", "one-port-of-two-in-a-group", true },
        { "functions_left_out", "one-port-of-two-in-own-groups", false },
        { "functions_left_out", "chipset", false },
        { "rom_bar_off", "uefi", false },
        { "rom_bar_off", "rombar-off", true },
        { "rom_bar_off", "rombar-off-with-file", false },
        { "rom_bar_off", "rombar-off-other-display", false },
        { "rom_bar_off", "bios-rombar-off", false },
        { "romfile_missing", "rombar-off-with-file", false },
        { "romfile_missing", "romfile-missing", true },
        { "romfile_missing", "uefi", null },
        { "display_option_on_other_device", "uefi", false },
        { "display_option_on_other_device", "x-vga-on-disk", true },
        { "display_option_on_other_device", "romfile-on-disk", true },
        { "display_option_on_other_device", "romfile-on-adapter", false },
        { "device_assigned_twice", "uefi", false },
        { "device_assigned_twice", "card-and-its-sound", true },
        { "device_assigned_twice", "three-of-two-choices", true },
        { "device_assigned_twice", "two-of-two-choices", false },
        { "pcie_without_q35", "uefi", false },
        { "pcie_without_q35", "pcie-on-i440fx", true },
        { "pcie_without_q35", "nic-only-bios", null },
        { "legacy_igd_refused", "uefi", null },
        { "legacy_igd_refused", "legacy-igd", true },
        { "legacy_igd_refused", "legacy-igd-right", false },
        { "legacy_igd_refused", "legacy-igd-beside-a-display", true },
        { "legacy_igd_refused", "legacy-igd-elsewhere", true },
        { "migration_refused", "uefi", null },
        { "migration_refused", "migrates", true },
        { "migration_refused", "migrates-with-its-driver", false },
        { "takes_virtual_functions_of_others", "uefi", null },
        { "takes_virtual_functions_of_others", "physical-function", false },
        { "takes_virtual_functions_of_others", "physical-function-of-others", true },
        { "device_missing", "uefi", false },
        { "device_missing", "gone", true },
        { "device_missing", "mapped", null },
        { "mapping_not_found", "mapped", false },
        { "mapping_not_found", "mapping-unknown", true },
        { "mapping_not_found", "uefi", null },
        { "mapping_mismatch", "mapped", false },
        { "mapping_mismatch", "mapped-other-id", true },
        { "mapping_mismatch", "mapped-other-subsystem", true },
        { "mapping_mismatch", "mapped-other-group", true },
        { "mapping_mismatch", "mapped-second-path", true },
        { "mapping_mismatch", "mapped-second-path-other-group", false },
        { "mapping_mismatch", "mapped-second-alternative", true },
        { "mapping_mismatch", "mapped-as-mediated", true },
        { "mapping_mismatch", "mapped-mediated-parent-wholly", true },
        { "mapping_incomplete", "mapped", false },
        { "mapping_incomplete", "mapped-without-group", true },
        { "mapping_incomplete", "mapped-without-subsystem", true },
        { "mapping_incomplete", "uefi", null },
        { "mapping_device_missing", "mapped", false },
        { "mapping_device_missing", "mapped-to-nothing", true },
        { "mapping_device_missing", "mapped-first-free", true },
        { "mediated_parent_missing", "uefi", null },
        { "mediated_parent_missing", "part-of-nothing", true },
        { "mediated_parent_missing", "part", false },
        { "mediated_type_unavailable", "part", false },
        { "mediated_type_unavailable", "part-of-another-type", true },
        { "mediated_type_unavailable", "part-without-driver", true },
        { "mediated_type_unavailable", "part-on-vfio", true },
        { "mediated_type_unavailable", "part-of-whole-slot", true },
        { "mediated_type_unavailable", "part-untold", false },
        { "mediated_type_unavailable", "vgpu-function", false },
        { "mediated_type_unavailable", "vgpu-function-of-another-type", true },
        { "mediated_devices_used_up", "part", false },
        { "mediated_devices_used_up", "part-used-up", false },
        { "mediated_devices_used_up", "part-used-up-at-boot", true },
        { "mapping_mismatch", "uefi", null },
        { "ballooning", "uefi", null },
        { "ballooning", "balloon-off", false },
        { "ballooning", "balloon", true },
        { "ksm", "ksm-host-only", false },
        { "ksm", "ksm", true },
        { "ksm", "uefi", null },
        { "device_claimed_twice", "uefi", false },
        { "device_claimed_twice", "two-machines", true },
        { "device_claimed_twice", "two-machines-by-turns", false },
        { "device_claimed_twice", "two-machines-one-starts", false },
        { "device_claimed_twice", "other-runs-and-this-starts", true },
        { "device_claimed_twice", "other-runs-by-turns", false },
        { "device_claimed_twice", "vgpu-function-of-two", true },
        { "device_claimed_twice", "with-template", false },
        { "device_claimed_twice", "two-machines-with-choices", false },
        { "group_claimed_twice", "two-machines", false },
        { "group_claimed_twice", "two-machines-one-group", true },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_mistake_is_found_where_it_is_made(string check, string situation, bool? found) =>
        Assert.Equal(found, Verdict(situation).Issues.SingleOrDefault(issue => issue.Check.Id == check)?.IsPresent);

    [Fact]
    public void Every_check_has_a_row_that_finds_it()
    {
        var found = Table.Where(row => row.Data.Item3 == true).Select(row => row.Data.Item1).Distinct().Order();

        Assert.Equal(VmChecks.Checks.Select(check => check.Id).Order(), found);
    }

    [Fact]
    public void What_a_mistake_is_about_is_named()
    {
        Assert.Equal([Sound], Subjects("without-sound", "functions_left_out"));
        Assert.Equal(["hostpci0"], Subjects("bios", "gpu_without_uefi"));
        Assert.Equal([Nic], Subjects("two-machines", "device_claimed_twice"));
    }

    [Fact]
    public void A_template_and_a_machine_without_a_manager_are_not_checked()
    {
        Assert.Empty(Verdict("template").Issues);
        Assert.Empty(Assert.Single(Diagnosis.Assess(Some.Facts(Functions).WithProcesses(SomeVms.Process(1, null, "lab", Gpu))).Vms!.Value).Issues);
    }

    private static string[] Subjects(string situation, string check) =>
        [.. Verdict(situation).Issues.Single(issue => issue.Check.Id == check).Subjects];

    private static PciFunction[] Functions =>
    [
        Function(Gpu, 0x030000, "1"),
        Function(Sound, 0x040300, "1"),
        Function(Nic, 0x020000, "2"),
        Function(OtherPort, 0x020000, "3"),
    ];

    private static PciFunction Function(string address, uint code, string group) =>
        Some.Function(address).On("vfio-pci").InGroup(group) with { Class = new PciClass(code), Multifunction = true, Subsystem = new PciId(0x1043, 0x8769), Mediated = MediatedSupport.None };

    private static PciFunction OnRootBus(string address) =>
        Function(address, 0x010601, "5") with { Path = PciPath.FromLink($"../../../devices/pci0000:00/{address}") };

    private static VmVerdict Verdict(string situation)
    {
        var (vm, others, functions, kernel) = Make(situation);
        var facts = Some.Facts(functions) with { Kernel = kernel };
        facts = vm.Manager == VmManagers.Libvirt ? facts.WithLibvirt([vm, .. others]) : facts.WithProxmox([vm, .. others]);
        var running = others.Where(other => other.Pid is not null).Select(other => SomeVms.Process(other.Pid!.Value, other.Id));
        return Diagnosis.Assess(facts.WithProcesses([.. running])).Vms!.Value.Single(it => it.Vm.Id == vm.Id);
    }

    private static (Vm Vm, Vm[] Others, PciFunction[] Functions, KernelFacts? Kernel) Make(string situation)
    {
        var vm = SomeVms.Proxmox("100", WholeCard, Adapter);
        var alone = (Vm[])[];
        var oneGroup = Functions[..3].Append(Function(OtherPort, 0x020000, "2")).ToArray();
        return situation switch
        {
            "bios-other-display" => (vm with { Firmware = VmFirmware.Bios, HasVirtualDisplay = true, Devices = [Computing] }, alone, Functions, null),
            "bios-serial-console" => (vm with { Firmware = VmFirmware.Bios, HasVirtualDisplay = false, HasSerialConsole = true, Devices = [Computing] }, alone, Functions, null),
            "bios-sole" => (vm with { Firmware = VmFirmware.Bios, HasVirtualDisplay = false, Devices = [Computing] }, alone, Functions, null),
            "bios-sole-serial-windows" => (vm with { Firmware = VmFirmware.Bios, HasVirtualDisplay = false, HasSerialConsole = true, IsWindows = true, Devices = [Computing] }, alone, Functions, null),
            "bios-romfile" => (vm with { Firmware = VmFirmware.Bios, Devices = [WholeCard with { RomFile = "x.rom" }] }, alone, Functions, null),
            "bios-rombar-off" => (vm with { Firmware = VmFirmware.Bios, Devices = [WholeCard with { HasRomBar = false }] }, alone, Functions, null),
            "bios-second-gpu-computes" => (vm with { Firmware = VmFirmware.Bios, Devices = [WholeCard with { RomFile = "x.rom" }, Computing with { Slot = "hostpci1", Choices = Adapter.Choices }] }, alone, [.. Functions[..2], Function(Nic, 0x030000, "2")], null),
            "i440fx-other-display" => (vm with { Chipset = Chipset.I440fx, HasVirtualDisplay = true, Devices = [Computing] }, alone, Functions, null),
            "pcie-off-integrated" => (vm with { Devices = [SomeVms.Device("hostpci0", "0000:00:02.0") with { IsExpress = false, IsPrimaryDisplay = true, HasRomBar = true }] }, alone, [Integrated], null),
            "without-sound-other-display" => (vm with { HasVirtualDisplay = true, Devices = [SomeVms.Device("hostpci0", Gpu)] }, alone, Functions, null),
            "rombar-off-other-display" => (vm with { HasVirtualDisplay = true, Devices = [Computing with { HasRomBar = false }] }, alone, Functions, null),
            "x-vga-on-disk" => (vm, alone, [Function(Gpu, 0x010802, "1"), .. Functions[2..]], null),
            "romfile-on-disk" => (vm with { Devices = [Adapter with { RomFile = "x.rom" }] }, alone, [Function(Nic, 0x010802, "2")], null),
            "romfile-on-adapter" => (vm with { Devices = [Adapter with { RomFile = "x.rom" }] }, alone, Functions, null),
            "card-and-its-sound" => (vm with { Devices = [WholeCard, SomeVms.Device("hostpci1", Sound)] }, alone, Functions, null),
            "two-of-two-choices" => (vm with { Devices = [Either("hostpci0"), Either("hostpci1")] }, alone, Functions, null),
            "three-of-two-choices" => (vm with { Devices = [Either("hostpci0"), Either("hostpci1"), Either("hostpci2")] }, alone, Functions, null),
            "pcie-on-i440fx" => (vm with { Chipset = Chipset.I440fx }, alone, Functions, null),
            "legacy-igd-right" => (LegacyGraphics(vm), alone, [Integrated], null),
            "legacy-igd-beside-a-display" => (LegacyGraphics(vm) with { DisplayIsNone = false }, alone, [Integrated], null),
            "legacy-igd-elsewhere" => (LegacyGraphics(vm) with { Devices = [SomeVms.Device("hostpci0", Gpu) with { IsLegacyGraphics = true }] }, alone, Functions, null),
            "migrates" => (vm with { Devices = [Adapter with { Migrates = true }] }, alone, Functions, null),
            "migrates-with-its-driver" => (vm with { Devices = [Adapter with { Migrates = true, KeepsDriver = true }] }, alone, Functions, null),
            "physical-function" => (vm, alone, WithVirtualFunction, null),
            "physical-function-of-others" => (vm, [SomeVms.Proxmox("101", SomeVms.Device("hostpci0", Virtual))], WithVirtualFunction, null),
            "mapped-second-path" => (Mapped(vm, "0000:02:00.0", "0000:02:00.1"), alone, [.. Functions[..3], Function(OtherPort, 0x020000, "3") with { Device = 0x1234 }], null),
            "mapped-second-path-other-group" => (Mapped(vm, "0000:02:00.0", "0000:02:00.1"), alone, Functions, null),
            "mapped-second-alternative" => (WithChoices(vm, Choice("0000:02:00.0"), Choice("0000:02:00.1")), alone, Functions, null),
            "mapped-first-free" => (WithChoices(vm, Choice("0000:02:00.0"), Choice("0000:09:00.0")), alone, Functions, null),
            "mapped-to-nothing" => (Mapped(vm, "0000:09:00.0"), alone, Functions, null),
            "mapped-as-mediated" => (WithChoices(vm, Choice("0000:02:00.0") with { IsMediated = true }), alone, Functions, null),
            "mapped-mediated-parent-wholly" => (Mapped(vm, "0000:02:00.0"), alone, [.. Functions[..2], Function(Nic, 0x030200, "2") with { Mediated = Offers("nvidia-63", 4) }], null),
            "mapped-without-group" => (WithChoices(vm, Choice("0000:02:00.0") with { Group = null }), alone, Functions, null),
            "mapped-without-subsystem" => (WithChoices(vm, Choice("0000:02:00.0") with { Subsystem = null }), alone, Functions, null),
            "part" => (vm with { Devices = [Part] }, alone, Parent(Offers("nvidia-63", 4)), null),
            "part-of-nothing" => (vm with { Devices = [Part] }, alone, Functions[2..], null),
            "part-of-another-type" => (vm with { Devices = [Part] }, alone, Parent(Offers("nvidia-64", 4)), null),
            "part-without-driver" => (vm with { Devices = [Part] }, alone, [.. Parent(MediatedSupport.None).Select(it => it.On(null))], null),
            "part-on-vfio" => (vm with { Devices = [Part] }, alone, [.. Parent(MediatedSupport.None).Select(it => it.On("vfio-pci"))], null),
            "part-of-whole-slot" => (vm with { Devices = [SomeVms.Device("hostpci0", "01:00") with { MediatedType = "nvidia-63" }] }, alone, Functions, null),
            "part-untold" => (vm with { Devices = [Part] }, alone, Parent(null), null),
            "part-used-up" => (vm with { Devices = [Part] }, alone, Parent(Offers("nvidia-63", 0)), null),
            "part-used-up-at-boot" => (vm with { StartsWithHost = true, Devices = [Part] }, alone, Parent(Offers("nvidia-63", 0)), null),
            "vgpu-function" => (vm with { Devices = [Part] }, alone, Parent(VgpuFunction("nvidia-63")), null),
            "vgpu-function-of-another-type" => (vm with { Devices = [Part] }, alone, Parent(VgpuFunction("nvidia-64")), null),
            "vgpu-function-of-two" => (Starting(vm with { Devices = [Part] }), [Starting(SomeVms.Proxmox("101", Part))], Parent(VgpuFunction("nvidia-63")), null),
            "uefi" => (vm, alone, Functions, null),
            "bios" => (vm with { Firmware = VmFirmware.Bios }, alone, Functions, null),
            "firmware-untold" => (vm with { Firmware = null }, alone, Functions, null),
            "nic-only-bios" => (vm with { Firmware = VmFirmware.Bios, Devices = [Adapter] }, alone, Functions, null),
            "3d-controller-bios" => (vm with { Firmware = VmFirmware.Bios }, alone, [Function(Gpu, 0x030200, "1"), .. Functions[1..]], null),
            "legacy-igd" => (vm with { Firmware = VmFirmware.Bios, Devices = [WholeCard with { IsLegacyGraphics = true }] }, alone, Functions, null),
            "i440fx" => (vm with { Chipset = Chipset.I440fx, Devices = [WholeCard with { IsExpress = false }] }, alone, Functions, null),
            "other-chipset" => (vm with { Chipset = Chipset.Other }, alone, Functions, null),
            "pcie-off" => (vm with { Devices = [WholeCard with { IsExpress = false }] }, alone, Functions, null),
            "libvirt" => (SomeVms.Libvirt("win", WholeCard with { IsExpress = null }), alone, Functions, null),
            "windows-sole" => (vm with { IsWindows = true, HasVirtualDisplay = false, Devices = [WholeCard with { IsPrimaryDisplay = false }] }, alone, Functions, null),
            "windows-sole-primary" => (vm with { IsWindows = true, HasVirtualDisplay = false }, alone, Functions, null),
            "without-sound" => (vm with { Devices = [SomeVms.Device("hostpci0", Gpu) with { IsPrimaryDisplay = true }] }, alone, Functions, null),
            "one-port-of-two-in-a-group" => (vm with { Devices = [Adapter] }, alone, oneGroup, null),
            "one-port-of-two-in-own-groups" => (vm with { Devices = [Adapter] }, alone, Functions, null),
            "chipset" => (vm with { Devices = [SomeVms.Device("hostpci0", "0000:00:1f.2")] }, alone, [OnRootBus("0000:00:1f.2"), OnRootBus("0000:00:1f.3")], null),
            "rombar-off" => (vm with { Devices = [WholeCard with { HasRomBar = false }] }, alone, Functions, null),
            "rombar-off-with-file" => (vm with { Devices = [WholeCard with { HasRomBar = false, RomFile = "x.rom", RomFileExists = true }] }, alone, Functions, null),
            "romfile-missing" => (vm with { Devices = [WholeCard with { RomFile = "x.rom", RomFileExists = false }] }, alone, Functions, null),
            "gone" => (vm, alone, Functions[..2], null),
            "mapped" => (Mapped(vm, "0000:02:00.0"), alone, Functions, null),
            "mapped-other-id" => (WithChoices(vm, Choice("0000:02:00.0") with { Id = new PciId(0x10de, 0x2204) }), alone, Functions, null),
            "mapped-other-subsystem" => (WithChoices(vm, Choice("0000:02:00.0") with { Subsystem = new PciId(0x1458, 0x1111) }), alone, Functions, null),
            "mapped-other-group" => (WithChoices(vm, Choice("0000:02:00.0") with { Group = "9" }), alone, Functions, null),
            "mapping-unknown" => (vm with { Devices = [Adapter with { Through = "nic", Choices = [] }] }, alone, Functions, null),
            "balloon-off" => (vm with { Balloons = false }, alone, Functions, null),
            "balloon" => (vm with { Balloons = true }, alone, Functions, null),
            "ksm-host-only" => (vm with { SharesPages = false }, alone, Functions, new KernelFacts { MergesPages = true }),
            "ksm" => (vm with { SharesPages = true }, alone, Functions, new KernelFacts { MergesPages = true }),
            "two-machines" => (Starting(vm), [Starting(SomeVms.Proxmox("101", Adapter))], Functions, null),
            "two-machines-by-turns" => (vm, [SomeVms.Proxmox("101", Adapter)], Functions, null),
            "two-machines-one-starts" => (Starting(vm), [SomeVms.Proxmox("101", Adapter)], Functions, null),
            "other-runs-and-this-starts" => (Starting(vm), [SomeVms.Proxmox("101", Adapter).Started(4711)], Functions, null),
            "other-runs-by-turns" => (vm, [SomeVms.Proxmox("101", Adapter).Started(4711)], Functions, null),
            "with-template" => (Starting(vm), [Starting(SomeVms.Proxmox("900", Adapter)) with { IsTemplate = true }], Functions, null),
            "two-machines-with-choices" => (Starting(vm) with { Devices = [SomeVms.Choices("hostpci1", [[Nic], [OtherPort]])] }, [Starting(SomeVms.Proxmox("101", SomeVms.Choices("hostpci1", [[Nic], [OtherPort]])))], Functions, null),
            "two-machines-one-group" => (Starting(vm), [Starting(SomeVms.Proxmox("101", SomeVms.Device("hostpci0", OtherPort)))], oneGroup, null),
            "template" => (vm with { IsTemplate = true, Firmware = VmFirmware.Bios }, alone, Functions, null),
            _ => throw new ArgumentOutOfRangeException(nameof(situation), situation, null),
        };
    }

    private static VmDevice Computing => WholeCard with { IsPrimaryDisplay = false };

    private static VmDevice Part => SomeVms.Device("hostpci0", Gpu) with { MediatedType = "nvidia-63" };

    private static PciFunction Integrated => Function("0000:00:02.0", 0x030000, "5") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:02.0") };

    private static PciFunction[] WithVirtualFunction =>
    [
        .. Functions[..2],
        Functions[2] with { TotalVirtualFunctions = 4, VirtualFunctions = 1 },
        Function(Virtual, 0x020000, "9") with { PhysicalFunction = Some.Address(Nic) },
    ];

    private static PciFunction[] Parent(MediatedSupport? support) => [Function(Gpu, 0x030000, "1").On("nvidia") with { Mediated = support }];

    private static MediatedSupport Offers(string type, int available) => new(MediatedKind.Devices, [new MediatedType(type) { Available = available }]);

    private static MediatedSupport VgpuFunction(string type) => new(MediatedKind.WholeFunction, [new MediatedType(type) { Available = 1 }]) { CurrentType = 0 };

    private static Vm Starting(Vm vm) => vm with { StartsWithHost = true };

    private static Vm LegacyGraphics(Vm vm) => vm with
    {
        Chipset = Chipset.I440fx,
        DisplayIsNone = true,
        Devices = [SomeVms.Device("hostpci0", "0000:00:02.0") with { IsLegacyGraphics = true, HasRomBar = true }],
    };

    private static VmDevice Either(string slot) => SomeVms.Choices(slot, [[Nic], [OtherPort]]);

    private static DeviceAlternative Choice(params string[] paths) => new([.. paths.Select(SomeVms.Selector)])
    {
        Id = new PciId(0x10de, 0x1b81),
        Subsystem = new PciId(0x1043, 0x8769),
        Group = "2",
        IsChecked = true,
    };

    private static Vm Mapped(Vm vm, params string[] paths) => WithChoices(vm, Choice(paths));

    private static Vm WithChoices(Vm vm, params DeviceAlternative[] choices) => vm with { Devices = [Adapter with { Through = "nic", Choices = [.. choices] }] };
}
