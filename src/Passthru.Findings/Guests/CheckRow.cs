using System.Collections.Immutable;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Guests;

/// <summary>A check and how it is made: what was found, nothing found, or null where it does not apply to the VM or cannot be told.</summary>
internal sealed record CheckRow(GuestCheck Check, Func<GuestSubject, ImmutableArray<GuestTrouble>?> Find)
{
    /// <summary>Entries that <paramref name="isWrong"/> finds wrong; null where there is none to ask about.</summary>
    public static ImmutableArray<GuestTrouble>? Of(IEnumerable<GuestDevice> devices, Func<GuestDevice, bool> isWrong)
    {
        var asked = devices.ToList();
        return asked.Count == 0 ? null : [.. asked.Where(isWrong).Select(device => new GuestTrouble(device.Slot)).Distinct()];
    }

    /// <summary>Entries about which <paramref name="detail"/> has something to say; null where there is none to ask about.</summary>
    public static ImmutableArray<GuestTrouble>? Told(IEnumerable<GuestDevice> devices, Func<GuestDevice, string?> detail)
    {
        var asked = devices.ToList();
        return asked.Count == 0 ? null : [.. asked.Select(device => new GuestTrouble(device.Slot, detail(device))).Where(trouble => trouble.Detail is not null)];
    }

    public static GuestTrouble About(PciFunction function) => new(function.Address.ToString());
}
