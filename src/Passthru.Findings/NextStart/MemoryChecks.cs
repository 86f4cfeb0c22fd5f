using System.Collections.Immutable;
using Passthru.Findings.Values;

namespace Passthru.Findings.NextStart;

/// <summary>Memory: VFIO pins all of it.</summary>
internal static class MemoryChecks
{
    public static readonly CheckRow[] All =
    [
        new(new("ballooning", "Ballooning is on, but VFIO pins all of the VM's memory: the balloon frees nothing.",
            "Set the minimum memory to the full size (Proxmox: balloon: 0).")
            { Severity = Severity.Info, Alert = "" },
            input => Told(input, input.Vm.Balloons)),
        new(new("ksm", "The host looks for equal pages in the VM's memory, which VFIO pins: it merges nothing and costs time.",
            "Switch page merging off for the VM (Proxmox: allow-ksm: 0; libvirt: nosharepages) or for the host.")
            { Severity = Severity.Info, Alert = "" },
            input => Told(input, input.MergesPages is null ? null : input.Vm.SharesPages & input.MergesPages)),
    ];

    /// <summary>About the VM as a whole.</summary>
    private static ImmutableArray<VmTrouble>? Told(VmSubject subject, bool? isPresent) =>
        subject.Taken.IsEmpty || isPresent is null ? null : isPresent.Value ? [new("memory")] : [];
}
