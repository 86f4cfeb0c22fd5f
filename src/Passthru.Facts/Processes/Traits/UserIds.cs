namespace Passthru.Facts.Processes.Traits;

/// <summary>Ranges of user ids, as systemd's UIDS-GIDS document and login.defs(5) have them.</summary>
internal static class UserIds
{
    /// <summary>
    /// People and what they run in containers: 1000 to 60513 (login.defs, systemd-homed) and the sub-ids from 100000 on. Root, the
    /// services below 1000 and the dynamic users between, libvirt-qemu of Debian (64055) among them, are the administrator's.
    /// Null for null.
    /// </summary>
    public static bool? IsOrdinary(uint? user) => user is { } id ? id is (>= 1000 and <= 60513) or >= 65536 : null;
}
