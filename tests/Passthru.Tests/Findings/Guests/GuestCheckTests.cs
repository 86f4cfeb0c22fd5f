using Passthru.Facts.Guests;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings;
using Passthru.Findings.Guests;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Guests;

/// <summary>The table of configuration mistakes, row by row: found, not found, not applicable.</summary>
public sealed class GuestCheckTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Sound = "0000:01:00.1";
    private const string Nic = "0000:02:00.0";
    private const string OtherPort = "0000:02:00.1";

    private static readonly GuestDevice WholeCard = SomeGuests.Device("hostpci0", "01:00") with { IsExpress = true, IsPrimaryDisplay = true, HasRomBar = true };
    private static readonly GuestDevice Adapter = SomeGuests.Device("hostpci1", Nic);

    public static TheoryData<string, string, bool?> Table => new()
    {
        { "gpu_without_uefi", "uefi", false },
        { "gpu_without_uefi", "bios", true },
        { "gpu_without_uefi", "firmware-untold", null },
        { "gpu_without_uefi", "nic-only-bios", null },
        { "gpu_without_uefi", "3d-controller-bios", null },
        { "gpu_without_uefi", "legacy-igd", null },
        { "gpu_on_i440fx", "uefi", false },
        { "gpu_on_i440fx", "i440fx", true },
        { "gpu_on_i440fx", "other-chipset", null },
        { "pcie_not_set", "uefi", false },
        { "pcie_not_set", "pcie-off", true },
        { "pcie_not_set", "i440fx", null },
        { "pcie_not_set", "libvirt", null },
        { "no_primary_gpu", "windows-sole", true },
        { "no_primary_gpu", "windows-sole-primary", false },
        { "no_primary_gpu", "uefi", null },
        { "functions_left_out", "uefi", false },
        { "functions_left_out", "without-sound", true },
        { "functions_left_out", "one-port-of-two-in-a-group", true },
        { "functions_left_out", "one-port-of-two-in-own-groups", false },
        { "functions_left_out", "chipset", false },
        { "rom_bar_off", "uefi", false },
        { "rom_bar_off", "rombar-off", true },
        { "rom_bar_off", "rombar-off-with-file", false },
        { "romfile_missing", "rombar-off-with-file", false },
        { "romfile_missing", "romfile-missing", true },
        { "romfile_missing", "uefi", null },
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
        { "mapping_mismatch", "uefi", null },
        { "ballooning", "uefi", null },
        { "ballooning", "balloon-off", false },
        { "ballooning", "balloon", true },
        { "ksm", "ksm-host-only", false },
        { "ksm", "ksm", true },
        { "ksm", "uefi", null },
        { "device_claimed_twice", "uefi", false },
        { "device_claimed_twice", "two-machines", true },
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

        Assert.Equal(GuestChecks.Checks.Select(check => check.Id).Order(), found);
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
        Assert.Empty(Assert.Single(Diagnosis.Of(Some.Facts(Functions).WithProcesses(SomeGuests.Process(1, null, "lab", Gpu))).Guests!.Value).Issues);
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
        Some.Function(address).On("vfio-pci").InGroup(group) with { Class = new PciClass(code), Multifunction = true, Subsystem = new PciId(0x1043, 0x8769) };

    private static PciFunction OnRootBus(string address) =>
        Function(address, 0x010601, "5") with { Path = PciPath.OfLink($"../../../devices/pci0000:00/{address}") };

    private static GuestVerdict Verdict(string situation)
    {
        var (guest, others, functions, kernel) = Make(situation);
        var facts = Some.Facts(functions) with { Kernel = kernel };
        facts = guest.Platform == GuestPlatform.Libvirt ? facts.WithLibvirt([guest, .. others]) : facts.WithProxmox([guest, .. others]);
        return Diagnosis.Of(facts.WithProcesses()).Guests!.Value.Single(it => it.Guest.Id == guest.Id);
    }

    private static (Guest Guest, Guest[] Others, PciFunction[] Functions, KernelFacts? Kernel) Make(string situation)
    {
        var guest = SomeGuests.Proxmox("100", WholeCard, Adapter);
        var alone = (Guest[])[];
        var oneGroup = Functions[..3].Append(Function(OtherPort, 0x020000, "2")).ToArray();
        return situation switch
        {
            "uefi" => (guest, alone, Functions, null),
            "bios" => (guest with { Firmware = GuestFirmware.Bios }, alone, Functions, null),
            "firmware-untold" => (guest with { Firmware = null }, alone, Functions, null),
            "nic-only-bios" => (guest with { Firmware = GuestFirmware.Bios, Devices = [Adapter] }, alone, Functions, null),
            "3d-controller-bios" => (guest with { Firmware = GuestFirmware.Bios }, alone, [Function(Gpu, 0x030200, "1"), .. Functions[1..]], null),
            "legacy-igd" => (guest with { Firmware = GuestFirmware.Bios, Devices = [WholeCard with { IsLegacyGraphics = true }] }, alone, Functions, null),
            "i440fx" => (guest with { Chipset = Chipset.I440fx, Devices = [WholeCard with { IsExpress = false }] }, alone, Functions, null),
            "other-chipset" => (guest with { Chipset = Chipset.Other }, alone, Functions, null),
            "pcie-off" => (guest with { Devices = [WholeCard with { IsExpress = false }] }, alone, Functions, null),
            "libvirt" => (SomeGuests.Libvirt("win", WholeCard with { IsExpress = null }), alone, Functions, null),
            "windows-sole" => (guest with { IsWindows = true, HasVirtualDisplay = false, Devices = [WholeCard with { IsPrimaryDisplay = false }] }, alone, Functions, null),
            "windows-sole-primary" => (guest with { IsWindows = true, HasVirtualDisplay = false }, alone, Functions, null),
            "without-sound" => (guest with { Devices = [SomeGuests.Device("hostpci0", Gpu)] }, alone, Functions, null),
            "one-port-of-two-in-a-group" => (guest with { Devices = [Adapter] }, alone, oneGroup, null),
            "one-port-of-two-in-own-groups" => (guest with { Devices = [Adapter] }, alone, Functions, null),
            "chipset" => (guest with { Devices = [SomeGuests.Device("hostpci0", "0000:00:1f.2")] }, alone, [OnRootBus("0000:00:1f.2"), OnRootBus("0000:00:1f.3")], null),
            "rombar-off" => (guest with { Devices = [WholeCard with { HasRomBar = false }] }, alone, Functions, null),
            "rombar-off-with-file" => (guest with { Devices = [WholeCard with { HasRomBar = false, RomFile = "x.rom", RomFileExists = true }] }, alone, Functions, null),
            "romfile-missing" => (guest with { Devices = [WholeCard with { RomFile = "x.rom", RomFileExists = false }] }, alone, Functions, null),
            "gone" => (guest, alone, Functions[..2], null),
            "mapped" => (Mapped(guest, new PciId(0x10de, 0x1b81), new PciId(0x1043, 0x8769), "2"), alone, Functions, null),
            "mapped-other-id" => (Mapped(guest, new PciId(0x10de, 0x2204), null, null), alone, Functions, null),
            "mapped-other-subsystem" => (Mapped(guest, new PciId(0x10de, 0x1b81), new PciId(0x1458, 0x1111), null), alone, Functions, null),
            "mapped-other-group" => (Mapped(guest, null, null, "9"), alone, Functions, null),
            "mapping-unknown" => (guest with { Devices = [Adapter with { Through = "nic", Choices = [] }] }, alone, Functions, null),
            "balloon-off" => (guest with { Balloons = false }, alone, Functions, null),
            "balloon" => (guest with { Balloons = true }, alone, Functions, null),
            "ksm-host-only" => (guest with { SharesPages = false }, alone, Functions, new KernelFacts { MergesPages = true }),
            "ksm" => (guest with { SharesPages = true }, alone, Functions, new KernelFacts { MergesPages = true }),
            "two-machines" => (guest, [SomeGuests.Proxmox("101", Adapter)], Functions, null),
            "with-template" => (guest, [SomeGuests.Proxmox("900", Adapter) with { IsTemplate = true }], Functions, null),
            "two-machines-with-choices" => (guest with { Devices = [SomeGuests.Choices("hostpci1", [[Nic], [OtherPort]])] }, [SomeGuests.Proxmox("101", SomeGuests.Choices("hostpci1", [[Nic], [OtherPort]]))], Functions, null),
            "two-machines-one-group" => (guest, [SomeGuests.Proxmox("101", SomeGuests.Device("hostpci0", OtherPort))], oneGroup, null),
            "template" => (guest with { IsTemplate = true, Firmware = GuestFirmware.Bios }, alone, Functions, null),
            _ => throw new ArgumentOutOfRangeException(nameof(situation), situation, null),
        };
    }

    private static Guest Mapped(Guest guest, PciId? id, PciId? subsystem, string? group) => guest with
    {
        Devices = [Adapter with { Through = "nic", Choices = [Adapter.Choices[0] with { Id = id, Subsystem = subsystem, Group = group }] }],
    };
}
