using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.NextStart;

/// <summary>A check and how it is made: what was found, nothing found, or null where it does not apply to the VM or cannot be told.</summary>
internal sealed record CheckRow(VmCheck Check, Func<VmSubject, ImmutableArray<VmTrouble>?> Find)
{
    /// <summary>Entries that <paramref name="isWrong"/> finds wrong; null where there is none to ask about.</summary>
    public static ImmutableArray<VmTrouble>? From(IEnumerable<VmDevice> devices, Func<VmDevice, bool> isWrong)
    {
        var asked = devices.ToList();
        return asked.Count == 0 ? null : [.. asked.Where(isWrong).Select(device => new VmTrouble(device.Slot)).Distinct()];
    }

    /// <summary>Entries about which <paramref name="detail"/> has something to say; null where there is none to ask about.</summary>
    public static ImmutableArray<VmTrouble>? Told(IEnumerable<VmDevice> devices, Func<VmDevice, string?> detail)
    {
        var asked = devices.ToList();
        return asked.Count == 0 ? null : [.. asked.Select(device => new VmTrouble(device.Slot, detail(device))).Where(trouble => trouble.Detail is not null)];
    }

    public static VmTrouble About(PciFunction function) => new(function.Address.ToString());
}
