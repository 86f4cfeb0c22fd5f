using Passthru.Facts.Reading;

namespace Passthru.Facts.Systemd;

/// <summary>Asks systemd for the scopes of virtual machines and for the services that a passthrough host stands on.</summary>
internal static class SystemdReader
{
    /// <summary>Where the bus listens; what goes wrong there is told under this name.</summary>
    private const string Bus = "run/dbus/system_bus_socket";

    /// <summary>
    /// Scopes are where Proxmox (<c>qemu.slice/110.scope</c>) and systemd-machined (<c>machine-qemu\x2d1\x2dwin.scope</c>) put
    /// their machines; the services are those of Proxmox, libvirt in one piece or in many, and driverctl.
    /// </summary>
    private static readonly string[] Patterns =
    [
        "*.scope", "pvedaemon.service", "pve-guests.service", "pvestatd.service", "pve-cluster.service", "libvirtd.service",
        "virtqemud.service", "driverctl@*.service",
    ];

    /// <param name="files">Where trouble is told.</param>
    /// <param name="query">Whom to ask, and for what else.</param>
    /// <returns>Null where systemd is there and does not tell; that is an issue.</returns>
    public static SystemdFacts? Read(HostReader files, UnitQuery query)
    {
        var answer = query.Source.List([.. Patterns, .. query.AlsoWanted]);
        switch (answer.Outcome)
        {
            case UnitOutcome.Listed:
                return new SystemdFacts([.. answer.Units.DistinctBy(unit => unit.Name).OrderBy(unit => unit.Name, StringComparer.Ordinal)]);
            case UnitOutcome.Off:
                return new SystemdFacts([]) { Off = answer.Reason };
            case UnitOutcome.NoAnswer:
                files.NoAnswer(Bus);
                return null;
            default:
                files.ReportUnresolved(Bus, answer.Reason);
                return null;
        }
    }
}
