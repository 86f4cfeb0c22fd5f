using Passthru.Facts;
using Passthru.Facts.Guests;

namespace Passthru.Findings.Guests;

/// <summary>Names of systemd scopes that virtual machines run in.</summary>
internal static class Scope
{
    /// <summary>
    /// <c>110.scope</c> (qemu-server, below qemu.slice) or <c>machine-qemu\x2d3\x2dwin11.scope</c>: driver, libvirt's running
    /// number and the name, joined by dashes and escaped as systemd-escape does (virSystemdMakeScopeName).
    /// </summary>
    public static bool IsOf(string unit, Guest guest)
    {
        if (guest.Platform == GuestPlatform.Proxmox)
        {
            return unit == $"{guest.Id}.scope";
        }

        const string start = "machine-";
        const string end = ".scope";
        if (!unit.StartsWith(start, StringComparison.Ordinal) || !unit.EndsWith(end, StringComparison.Ordinal))
        {
            return false;
        }

        var machine = HexEscapes.Decode(unit[start.Length..^end.Length]).Split('-', 3);
        return machine is ["qemu", _, var name] && name == guest.Id;
    }
}
