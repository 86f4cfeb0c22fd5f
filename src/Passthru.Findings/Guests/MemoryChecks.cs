using System.Collections.Immutable;

namespace Passthru.Findings.Guests;

/// <summary>Memory: VFIO pins all of it.</summary>
internal static class MemoryChecks
{
    public static readonly CheckRow[] All =
    [
        new(new("ballooning", "Ballooning is on, but VFIO pins all of the VM's memory: the balloon frees nothing.",
            "Set the minimum memory to the full size (Proxmox: balloon: 0).")
            { Severity = Severity.Info, Alert = "" },
            it => Told(it, it.Guest.Balloons)),
        new(new("ksm", "The host looks for equal pages in the VM's memory, which VFIO pins: it merges nothing and costs time.",
            "Switch page merging off for the VM (Proxmox: allow-ksm: 0; libvirt: nosharepages) or for the host.")
            { Severity = Severity.Info, Alert = "" },
            it => Told(it, it.MergesPages is null ? null : it.Guest.SharesPages & it.MergesPages)),
    ];

    /// <summary>About the VM as a whole.</summary>
    private static ImmutableArray<GuestTrouble>? Told(GuestSubject subject, bool? isPresent) =>
        subject.Taken.IsEmpty || isPresent is null ? null : isPresent.Value ? [new("memory")] : [];
}
