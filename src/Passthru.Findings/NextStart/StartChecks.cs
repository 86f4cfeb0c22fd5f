using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;

namespace Passthru.Findings.NextStart;

/// <summary>Configurations that the manager or QEMU refuses at the start (parse_hostpci_devices and choose_hostpci_devices in PVE/QemuServer/PCI.pm).</summary>
internal static class StartChecks
{
    public static readonly CheckRow[] All =
    [
        new(new("device_missing", "Nothing is at the address of the entry: the VM does not start.",
            "Look for the device with lspci; after changes of hardware or firmware addresses move: set the entry to the new one.")
            { Bucket = Bucket.Ownership, Alert = "PassthruDeviceMissing" },
            input => CheckRow.From(input.Devices.Where(device => device.Through is null && !device.Choices.IsEmpty), input.IsMissing)),
        new(new("device_assigned_twice", "Two entries of the VM take the same function: the VM does not start.",
            "Remove one of the entries; a slot without function number already takes all its functions."),
            AssignedTwice),
        new(new("pcie_without_q35", "The entry has pcie=1 and the machine type is not q35: the VM does not start.",
            "Set the machine type to q35, or remove pcie=1 from the entry."),
            input => CheckRow.From(input.Vm.Devices.Where(device => device.IsExpress == true), _ => input.Vm.Chipset == Chipset.I440fx)),
        new(new("legacy_igd_refused", "The entry asks for legacy-igd in a VM that cannot have it: the VM does not start.",
            "For legacy-igd take machine type i440fx, vga: none and the GPU 00:02.0 alone; else remove legacy-igd from the entry."),
            input => CheckRow.Told(input.Vm.Devices.Where(device => device.IsLegacyGraphics), device => LegacyGraphics(input, device))),
        new(new("migration_refused", "The mapping says that the device can be migrated, and with vfio-pci no device can: QEMU refuses it and the VM does not start.",
            "Remove live-migration-capable from the mapping, or set driver=keep on the entry and bind the device to its own VFIO driver."),
            input => input.State.IsRunning != false ? null : CheckRow.From(input.Devices.Where(device => device.Migrates), device => !device.KeepsDriver)),
        new(new("takes_virtual_functions_of_others", "The VM takes a physical function, and its virtual functions vanish with that: other VMs are configured to take them.",
            "Give the VM a virtual function too, or give the others another device.")
            { Bucket = Bucket.Ownership },
            TakesVirtualFunctionsOfOthers),
    ];

    private static ImmutableArray<VmTrouble>? AssignedTwice(VmSubject subject)
    {
        var troubles = ImmutableArray.CreateBuilder<VmTrouble>();
        var taken = new Dictionary<PciAddress, string>();
        foreach (var device in subject.Devices.Where(device => !device.Choices.IsEmpty))
        {
            var choices = device.Choices.Select(choice => choice.Functions.SelectMany(subject.Endpoints.Selected).Distinct().ToList());
            var chosen = choices.FirstOrDefault(functions => !functions.Exists(taken.ContainsKey));
            var wanted = chosen ?? choices.First();
            if (chosen is null)
            {
                var twice = wanted.First(taken.ContainsKey);
                troubles.Add(new(device.Slot, $"{twice} is taken by {taken[twice]} already"));
            }

            wanted.ForEach(function => taken.TryAdd(function, device.Slot));
        }

        return subject.Devices.Skip(1).Any() ? troubles.DrainToImmutable() : null;
    }

    /// <summary>The first condition that is not met, in the order in which Proxmox asks.</summary>
    private static string? LegacyGraphics(VmSubject subject, VmDevice device)
    {
        var first = device.Choices.IsEmpty ? (PciAddress?)null : subject.Endpoints.First(device.Choices[0]);
        return subject.Vm.Devices.First(other => other.IsLegacyGraphics) != device ? "only one entry may have it"
            : !subject.Vm.DisplayIsNone ? "it needs vga: none"
            : device.HasRomBar == false ? "it needs the ROM (rombar=1)"
            : device.IsPrimaryDisplay == true ? "it does not go with x-vga"
            : device.MediatedType is not null ? "it does not go with mdev"
            : subject.Vm.Chipset == Chipset.Q35 ? "it does not go with q35"
            : device.Choices.Any(choice => choice.Functions.SelectMany(subject.Endpoints.Selected).Skip(1).Any()) ? "it takes one function alone"
            : device.Choices.Length > 1 ? "it does not go with alternatives"
            : first is { } function && (function.Device, function.Function) != (2, 0) ? $"{function} is not 00:02.0"
            : null;
    }

    private static ImmutableArray<VmTrouble>? TakesVirtualFunctionsOfOthers(VmSubject subject) =>
        subject.Taken.Any(input => input.Function.TotalVirtualFunctions is not null)
            ?
            [
                .. from input in subject.Taken
                   let vms = subject.OthersTakeVirtualFunctions(input.Function).Select(user => user.State.Vm.Id).Distinct().Order(NaturalOrder.Comparer).ToList()
                   where vms.Count > 0
                   select new VmTrouble(input.Device.Slot, $"virtual functions of {input.Function.Address} are for VM {string.Join(", ", vms)}"),
            ]
            : null;
}
