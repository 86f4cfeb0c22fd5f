using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.NextStart;

/// <summary>Mediated devices and vGPUs: whether the parent can give what the entry asks for (pci_create_mdev_device in PVE/QemuServer/PCI/Mdev.pm).</summary>
internal static class MediatedChecks
{
    public static readonly CheckRow[] All =
    [
        new(new("mediated_parent_missing", "Nothing is at the address of the device whose part the VM takes: the VM does not start.",
            "Look for the device with lspci; virtual functions have to be made again after each boot of the host.")
            { Bucket = Bucket.Ownership },
            input => CheckRow.Told(input.Parts.Where(device => device.Choices.Length == 1), device => Missing(input, device))),
        new(new("mediated_type_unavailable", "The device offers no mediated device of the type that the entry names: the VM does not start.",
            "Bring the vendor's driver back to the device: build it for the running kernel, and keep vfio-pci off it; then compare the type with mdev_supported_types.")
            { Bucket = Bucket.Ownership },
            input => CheckRow.Told(input.Vm.Devices.Where(device => device.MediatedType is { Length: > 0 }), device => Unavailable(input, device))),
        new(new("mediated_devices_used_up", "The VM starts with the host, and the device has no mediated device of its type left.",
            "Stop another VM that has one, take a smaller type, or give the VM another device.")
            { Bucket = Bucket.Ownership },
            input => CheckRow.Told(input.Parts.Where(device => device.MediatedType is { Length: > 0 }), device => UsedUp(input, device))),
    ];

    private static string? Missing(VmSubject subject, VmDevice device) =>
        subject.Endpoints.IsComplete
            ? device.Choices[0].Functions.Where(selector => subject.Endpoints.At(selector.Address) is null).Select(selector => $"nothing is at {selector}").FirstOrDefault()
            : null;

    /// <summary>Proxmox tries one alternative after the other, so all of them have to fail.</summary>
    private static string? Unavailable(VmSubject subject, VmDevice device)
    {
        var reasons = device.Choices.Select(choice => Unavailable(subject, device.MediatedType!, choice)).ToList();
        return reasons.Count > 0 && reasons.TrueForAll(reason => reason is not null) ? reasons[0] : null;
    }

    private static string? Unavailable(VmSubject subject, string type, DeviceAlternative choice)
    {
        var functions = choice.Functions.SelectMany(subject.Endpoints.Selected).Select(subject.Endpoints.At).OfType<PciFunction>().ToList();
        return functions switch
        {
            [] => null,
            [var parent] => Unavailable(subject, type, parent),
            _ => $"{choice.Functions[0]} has several functions, and only one can be divided",
        };
    }

    private static string? Unavailable(VmSubject subject, string type, PciFunction parent) => parent.Mediated switch
    {
        null => null,
        { Kind: MediatedKind.None } => $"{Names.For(parent)} {WhyNone(subject, parent)}",
        { Kind: MediatedKind.WholeFunction, CurrentType: not 0 } or { Types.IsEmpty: true } => null,
        var offered when offered.Named(type) is null => $"{Names.For(parent)} offers {string.Join(", ", offered.Types.Take(8).Select(known => known.Name))}",
        _ => null,
    };

    private static string WhyNone(VmSubject subject, PciFunction parent) => parent.Driver switch
    {
        null => "has no driver",
        { IsVfio: true } when ExpectationCollector.IdsFor(subject.Facts, parent) is { } at => $"is bound to vfio-pci by {at}",
        { } driver => $"is bound to {driver.Name}, which offers none",
    };

    /// <summary>The VM's own part counts while it runs.</summary>
    private static string? UsedUp(VmSubject subject, VmDevice device)
    {
        var left = device.Choices.SelectMany(choice => choice.Functions).SelectMany(subject.Endpoints.Selected)
            .Select(address => (Address: address, subject.Endpoints.At(address)?.Mediated?.Named(device.MediatedType!)?.Available))
            .ToList();
        return subject is { State.IsRunning: false, Vm.StartsWithHost: true } && left.Count > 0 && left.TrueForAll(one => one.Available == 0)
            ? $"none of type {device.MediatedType} left on {Names.List(left.Select(one => one.Address))}"
            : null;
    }
}
