using System.Collections.Immutable;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Guests;

/// <summary>
/// The table of configuration mistakes: black screens, errors of Windows drivers, machines that don't start. A check answers
/// with what it found, with nothing found, or with null where it does not apply to the machine or can't be told.
/// </summary>
internal static class GuestChecks
{
    private static readonly (GuestCheck Check, Func<GuestSubject, ImmutableArray<string>?> Find)[] All =
    [
        (new("gpu_without_uefi", "A graphics card goes to a machine that starts with a BIOS: its ROM may have nothing that a BIOS can start.",
            "Give the machine UEFI firmware (OVMF)."),
            it => OfDisplays(it, it.Guest.Firmware is not null, _ => it.Guest.Firmware == GuestFirmware.Bios)),
        (new("gpu_on_i440fx", "A graphics card goes to a machine of type i440fx, which has no PCI Express.",
            "Set the machine type to q35."),
            it => OfDisplays(it, it.Guest.Chipset is Chipset.I440fx or Chipset.Q35, _ => it.Guest.Chipset == Chipset.I440fx)),
        (new("pcie_not_set", "A graphics card is shown to a q35 machine as a conventional PCI device.",
            "Add pcie=1 to the entry."),
            it => OfDisplays(it, it.Guest.Chipset == Chipset.Q35 && it.Displays.Any(display => display.Device.IsExpress is not null), display => display.IsExpress == false)),
        (new("no_primary_gpu", "The graphics card is the only display of a Windows machine and not set as its primary one.",
            "Add x-vga=1 to the entry."),
            it => OfDisplays(
                it,
                it.Guest is { IsWindows: true, HasVirtualDisplay: false } && it.Displays.Any(display => display.Device.IsPrimaryDisplay is not null),
                _ => it.Displays.All(display => display.Device.IsPrimaryDisplay != true))),
        (new("functions_left_out", "Functions of a card stay behind when others of it go to the machine; a graphics card without its sound often shows an error.",
            "Pass the whole slot (an address without function number), or add the functions named."),
            FunctionsLeftOut),
        (new("rom_bar_off", "The machine does not see the ROM of its graphics card, and no file stands in for it.",
            "Remove rombar=0 (libvirt: rom bar='off'), or give a romfile."),
            it => OfDisplays(it, it.Displays.Any(display => display.Device.HasRomBar is not null), display => display is { HasRomBar: false, RomFile: null })),
        (new("romfile_missing", "The file that stands in for the ROM is not there: the machine does not start.",
            "Put the file where the entry looks for it, or remove romfile from the entry."),
            it => Of(it.Devices.Where(device => device.RomFileExists is not null), device => device.RomFileExists == false)),
        (new("device_missing", "Nothing is at the address of the entry: the machine does not start.",
            "Look for the device with lspci; after changes of hardware or firmware addresses move: set the entry to the new one."),
            it => Of(it.Devices.Where(device => device.Through is null && !device.Choices.IsEmpty), it.IsMissing)),
        (new("mapping_not_found", "The entry names a mapping that does not exist, or that has no device on this host: the machine does not start here.",
            "Add the device of this host to the mapping.")
            { Bucket = Bucket.Ownership, Alert = "PassthruVmMappingInvalid" },
            it => Of(it.Devices.Where(device => device.Through is not null), device => device.Choices.IsEmpty)),
        (new("mapping_mismatch", "The mapping describes another device or group than what is at its address now: the machine does not start.",
            "Check what is at the address with lspci -nn, then write the mapping anew.")
            { Bucket = Bucket.Ownership, Alert = "PassthruVmMappingInvalid" },
            MappingMismatch),
        (new("ballooning", "The machine's memory may shrink while it runs, but all of it is pinned for the device: the balloon does nothing, or takes memory that the device writes to.",
            "Set the minimum memory to the full size (Proxmox: balloon: 0).")
            { Severity = Severity.Info, Alert = "" },
            it => it.Taken.IsEmpty || it.Guest.Balloons is null ? null : Told(it.Guest.Balloons.Value)),
        (new("ksm", "The host looks for equal pages in memory that is pinned for the device and can't be merged.",
            "Switch page merging off for the machine (Proxmox: allow-ksm: 0; libvirt: nosharepages) or for the host.")
            { Severity = Severity.Info, Alert = "" },
            it => it.Taken.IsEmpty || it.Guest.SharesPages is null || it.MergesPages is null ? null : Told(it.Guest.SharesPages.Value && it.MergesPages.Value)),
        (new("device_claimed_twice", "Another machine takes the same device: the two can't run at the same time.",
            "Give each its own device, or never start both.")
            { Bucket = Bucket.Ownership, Alert = "PassthruDeviceClaimedTwice" },
            it => it.Taken.IsEmpty ? null : [.. it.ClaimedByOthers.Select(Address).Distinct()]),
        (new("group_claimed_twice", "Another machine takes a different device of the same IOMMU group: the two can't run at the same time.",
            "Move one of the devices to a slot with a group of its own, or never start both.")
            { Bucket = Bucket.Ownership, Alert = "PassthruDeviceClaimedTwice" },
            it => it.Taken.IsEmpty ? null : [.. it.GroupClaimedByOthers.Select(Address).Distinct()]),
    ];

    /// <summary>The checks by their ids, for reference.</summary>
    public static IEnumerable<GuestCheck> Checks => All.Select(row => row.Check);

    public static ImmutableArray<GuestIssue> Of(GuestSubject subject) =>
    [
        .. from row in All
           let found = row.Find(subject)
           where found is not null
           select new GuestIssue(row.Check, found.Value.Length > 0, found.Value),
    ];

    /// <summary>Entries with a graphics card that <paramref name="isWrong"/> finds wrong; null where the check has nothing to look at.</summary>
    private static ImmutableArray<string>? OfDisplays(GuestSubject subject, bool applies, Func<GuestDevice, bool> isWrong) =>
        applies && subject.Displays.Any() && !subject.Displays.Any(display => display.Device.IsLegacyGraphics)
            ? [.. subject.Displays.Where(display => isWrong(display.Device)).Select(display => display.Device.Slot).Distinct()]
            : null;

    private static ImmutableArray<string>? Of(IEnumerable<GuestDevice> devices, Func<GuestDevice, bool> isWrong)
    {
        var asked = devices.ToList();
        return asked.Count == 0 ? null : [.. asked.Where(isWrong).Select(device => device.Slot).Distinct()];
    }

    private static ImmutableArray<string>? FunctionsLeftOut(GuestSubject subject) =>
        subject.Taken.Any(it => it.Function.Multifunction == true)
            ? [.. subject.Taken.SelectMany(it => subject.LeftOut(it.Function)).Select(Address).Distinct()]
            : null;

    private static ImmutableArray<string>? MappingMismatch(GuestSubject subject)
    {
        var mapped = subject.Devices.Where(device => device.Through is not null).ToList();
        var answers = mapped.SelectMany(device => device.Choices.Select(choice => (device.Slot, Replaced: subject.IsReplaced(choice), Moved: subject.HasMoved(choice)))).ToList();
        return answers.Any(answer => answer.Replaced is not null || answer.Moved is not null)
            ? [.. answers.Where(answer => answer.Replaced == true || answer.Moved == true).Select(answer => answer.Slot).Distinct()]
            : null;
    }

    /// <summary>About the machine as a whole.</summary>
    private static ImmutableArray<string> Told(bool isPresent) => isPresent ? ["memory"] : [];

    private static string Address(PciFunction function) => function.Address.ToString();
}
