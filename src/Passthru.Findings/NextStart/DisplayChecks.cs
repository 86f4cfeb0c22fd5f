using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;

namespace Passthru.Findings.NextStart;

/// <summary>GPUs as the guest's display. A guest with another display, and one that computes, is asked nothing of this.</summary>
internal static class DisplayChecks
{
    public static readonly CheckRow[] All =
    [
        new(Screen("gpu_without_uefi", "The GPU is the VM's display and SeaBIOS starts the VM: the screen stays dark if the card's ROM has no part for a BIOS.",
            "Give the VM UEFI firmware (OVMF), or a romfile with a part for a BIOS."),
            input => OfDisplays(input, input.Vm.Firmware is not null,
                display => input.Vm.Firmware == VmFirmware.Bios && display.Device is { RomFile: null, HasRomBar: not false })),
        new(Screen("gpu_on_i440fx", "The GPU is the VM's display and the machine type is i440fx, which has no PCI Express.",
            "Set the machine type to q35."),
            input => OfDisplays(input, input.Vm.Chipset is Chipset.I440fx or Chipset.Q35, _ => input.Vm.Chipset == Chipset.I440fx)),
        new(Screen("pcie_not_set", "The GPU is the VM's display and a q35 VM sees it as a conventional PCI device.",
            "Add pcie=1 to the entry."),
            input => OfDisplays(input, input.Vm.Chipset == Chipset.Q35 && input.Gpus.Any(gpu => gpu.Device.IsExpress is not null),
                display => display.Device.IsExpress == false && display.Function.Path.Parent is not null)),
        new(Screen("no_primary_gpu", "The GPU is the only display of a Windows VM and its entry does not say so: Windows sees that it is a VM, and older drivers refuse.",
            "Add x-vga=1 to the entry: it makes the GPU the only display, and hides KVM from the driver (kvm=off); with OVMF QEMU itself is not told of it."),
            input => OfDisplays(
                input,
                input.Vm is { IsWindows: true, HasVirtualDisplay: false } && input.Gpus.Any(gpu => gpu.Device.IsPrimaryDisplay is not null),
                _ => input.Gpus.All(gpu => gpu.Device.IsPrimaryDisplay != true))),
        new(Screen("functions_left_out", "Functions of the card stay behind: a GPU that is the display without its sound often shows an error.",
            "Pass the whole slot (an address without function number), or add the functions named."),
            FunctionsLeftOut),
        new(Screen("rom_bar_off", "The GPU is the VM's display and OVMF does not see its ROM, nor a file in its place: the screen stays dark until a driver in the guest takes over.",
            "Give a romfile, or show the ROM again (rombar=1; libvirt: rom bar='on')."),
            input => OfDisplays(input, input.Gpus.Any(gpu => gpu.Device.HasRomBar is not null),
                display => input.Vm.Firmware == VmFirmware.Uefi && display.Device is { HasRomBar: false, RomFile: null })),
        new(Screen("romfile_missing", "The file that stands in for the ROM is not there: the VM does not start.",
            "Put the file where the entry looks for it, or remove romfile from the entry."),
            input => CheckRow.From(input.Devices.Where(device => device.RomFileExists is not null), device => device.RomFileExists == false)),
        new(new("display_option_on_other_device", "The entry is written for a GPU, and the device at its address is none: addresses have moved, and the VM gets whatever is there now.",
            "Find the GPU with lspci -nn and correct the address of the entry; a mapping with its id refuses any other device."),
            DisplayOptionOnOther),
    ];

    private static VmCheck Screen(string id, string reason, string fix) =>
        new(id, reason, fix) { Alert = "PassthruVmBlackScreenRisk", WindowsAlert = "PassthruVmWindowsGpuMisconfigured" };

    /// <summary>Entries whose display <paramref name="isWrong"/> finds wrong; null where the check has nothing to look at.</summary>
    private static ImmutableArray<VmTrouble>? OfDisplays(
        VmSubject subject, bool applies, Func<(VmDevice Device, PciFunction Function), bool> isWrong) =>
        applies && subject.Gpus.Any() && !subject.Gpus.Any(gpu => gpu.Device.IsLegacyGraphics)
            ? [.. subject.Displays.Where(isWrong).Select(display => new VmTrouble(display.Device.Slot)).Distinct()]
            : null;

    private static ImmutableArray<VmTrouble>? FunctionsLeftOut(VmSubject subject)
    {
        var displays = subject.Displays.Select(display => display.Function.Address).ToHashSet();
        return subject.Taken.Any(input => input.Function.Multifunction == true)
            ? [.. subject.Taken.Where(input => input.Function.Kind != DeviceKind.Gpu || displays.Contains(input.Function.Address))
                .SelectMany(input => subject.LeftOut(input.Function)).Select(CheckRow.About).Distinct()]
            : null;
    }

    /// <summary><c>x-vga</c> and <c>legacy-igd</c> are for GPUs; an adapter's or a sound function's romfile is nothing unusual, a disk's is.</summary>
    private static ImmutableArray<VmTrouble>? DisplayOptionOnOther(VmSubject subject) =>
        CheckRow.Told(
            subject.Devices.Where(device => device.IsPrimaryDisplay == true || device.IsLegacyGraphics || device.RomFile is not null),
            device =>
            {
                var functions = subject.Taken.Where(input => input.Device == device).Select(input => input.Function).ToList();
                var wantsGpu = device.IsPrimaryDisplay == true || device.IsLegacyGraphics;
                var isOther = functions.Count > 0 && functions.All(function => wantsGpu ? function.Kind != DeviceKind.Gpu : function.Kind is DeviceKind.Nvme or DeviceKind.Usb);
                return isOther && functions.All(function => function.Class is not null) ? $"{Names.For(functions[0])} is no GPU" : null;
            });
}
