using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;

namespace Passthru.Findings.NextStart;

/// <summary>
/// Mappings as Proxmox checks them before each start (assert_valid in PVE/Mapping/PCI.pm). Every alternative for this node is
/// checked before one is chosen, so one that does not hold keeps the VM from starting although others are free.
/// </summary>
internal static class MappingChecks
{
    public static readonly CheckRow[] All =
    [
        new(Mapping("mapping_not_found", "The entry names a mapping that does not exist, or that has no device on this host: the VM does not start here.",
            "Add the device of this host to the mapping."),
            input => CheckRow.From(input.Vm.Devices.Where(device => device.Through is not null), device => device.Choices.IsEmpty)),
        new(Mapping("mapping_mismatch", "The mapping describes another device or group than what is at its address now: the VM does not start.",
            "Check what is at the address with lspci -nn, then write the mapping anew."),
            input => For(input, MappingFault.Mismatch)),
        new(Mapping("mapping_incomplete", "The mapping leaves out what Proxmox compares: the VM does not start.",
            "Write the mapping anew in Datacenter, Resource Mappings, which fills in every property."),
            input => For(input, MappingFault.Incomplete)),
        new(Mapping("mapping_device_missing", "The mapping names a path at which nothing is: the VM does not start, also where its other paths are free.",
            "Remove the path from the mapping, or bring the device back."),
            input => For(input, MappingFault.Missing)),
    ];

    private static VmCheck Mapping(string id, string reason, string fix) =>
        new(id, reason, fix) { Bucket = Bucket.Ownership, Alert = "PassthruVmMappingInvalid" };

    private static ImmutableArray<VmTrouble>? For(VmSubject subject, MappingFault fault)
    {
        var mapped = subject.Vm.Devices.Where(device => device.Choices.Any(choice => choice.IsChecked)).ToList();
        return mapped.Count == 0 ? null :
        [
            .. from device in mapped
               let first = device.Choices.Select(choice => FirstOf(subject, choice)).FirstOrDefault(one => one is not null)
               where first is { } found && found.Fault == fault
               select new VmTrouble(device.Slot, first!.Value.Detail),
        ];
    }

    /// <summary>What Proxmox would die of, path by path; null: nothing, so far as it is known.</summary>
    private static (MappingFault Fault, string Detail)? FirstOf(VmSubject subject, DeviceAlternative choice) =>
        choice.Functions.Index().Select(path => FaultOf(subject, choice, path.Item.Address, isFirst: path.Index == 0)).FirstOrDefault(fault => fault is not null);

    private static (MappingFault Fault, string Detail)? FaultOf(VmSubject subject, DeviceAlternative choice, PciAddress path, bool isFirst)
    {
        if (subject.Endpoints.At(path) is not { } function)
        {
            return subject.Endpoints.IsComplete ? (MappingFault.Missing, $"nothing is at {path}") : null;
        }

        return Compare("id", choice.Id?.ToString(), function.Id?.ToString(), path)
            ?? (isFirst ? Compare("iommugroup", choice.Group, function.Group, path) : null)
            ?? CompareMediated(choice, function)
            ?? Compare("subsystem-id", choice.Subsystem?.ToString(), function.Subsystem?.ToString(), path);
    }

    private static (MappingFault Fault, string Detail)? Compare(string property, string? written, string? actual, PciAddress path) =>
        actual is null || written == actual ? null
        : written is null ? (MappingFault.Incomplete, $"{property} is missing: {path} has {actual}")
        : (MappingFault.Mismatch, $"{property} is {written}, {path} has {actual}");

    /// <summary>Since Proxmox VE 8.4.</summary>
    private static (MappingFault Fault, string Detail)? CompareMediated(DeviceAlternative choice, PciFunction function) => function.Mediated switch
    {
        null => null,
        { Kind: MediatedKind.None } when choice.IsMediated => (MappingFault.Mismatch, $"mdev is 1, {function.Address} offers no mediated devices"),
        { Kind: not MediatedKind.None } when !choice.IsMediated => (MappingFault.Mismatch, $"mdev is not set, {function.Address} offers mediated devices"),
        _ => null,
    };

    private enum MappingFault
    {
        Missing,
        Incomplete,
        Mismatch,
    }
}
