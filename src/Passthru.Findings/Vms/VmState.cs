using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.Vms;

/// <summary>A virtual machine, whether it runs, and the process that it is.</summary>
internal sealed record VmState(Vm Vm)
{
    /// <summary>Null: neither its manager's notes, nor its process, nor its scope can be seen.</summary>
    public required bool? IsRunning { get; init; }

    public VmProcess? Process { get; init; }

    /// <summary>The VM is configured to take host devices, or has some that its next start does not take.</summary>
    public bool TakesDevices => !Vm.Devices.IsEmpty || (IsRunning == true && Vm.StartedWith is { IsEmpty: false });

    /// <summary>
    /// A running machine has the device of this entry. Where its own process or its manager's notes of the running machine name
    /// devices, they decide: an entry written since the start is not in use before the next one, and of several choices one is.
    /// </summary>
    public bool? HostDependencies(VmDevice device, DeviceAlternative choice, PciAddress function)
    {
        if (IsRunning != true)
        {
            return IsRunning;
        }

        if (InUse is { } used)
        {
            return used.Contains(function);
        }

        if (Vm.StartedWith is { } before && !before.Contains(device))
        {
            return false;
        }

        return device.Choices.Length == 1 && choice == device.Choices[0] ? true : null;
    }

    /// <summary>
    /// Functions that the running machine has; null where nothing tells. Libvirt notes what it plugs and unplugs, so its word
    /// goes before the command line; Proxmox plugs no host devices, and its reservations are of the same devices.
    /// </summary>
    public IEnumerable<PciAddress>? InUse
    {
        get
        {
            if (Vm.AttachedDevices is { } live && (Vm.Manager.NotesEveryDevice || live.Length > 0 || Process?.Functions is not null))
            {
                var noted = live.SelectMany(input => input.Choices).SelectMany(input => input.Functions).Select(input => input.Address);
                return Vm.Manager.NotesEveryDevice ? noted : noted.Concat(Process?.Functions ?? []);
            }

            return Process?.Functions;
        }
    }
}
