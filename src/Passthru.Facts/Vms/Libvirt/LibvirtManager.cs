using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>libvirt among the VM managers.</summary>
internal static class LibvirtManager
{
    /// <summary>The system daemon's sockets, keys and NVRAM lie there; those of a user's lie in the home directory.</summary>
    private const string SystemDirectory = "/var/lib/libvirt/qemu/";

    /// <summary>Units that a VM stays in where systemd-machined makes no scope for it.</summary>
    private static readonly string[] Daemons = ["libvirtd.service", "virtqemud.service", "virtchd.service", "libvirt-bin.service"];

    public static readonly VmManager Row = new()
    {
        Name = "libvirt",
        Title = "libvirt",
        Collector = Collector.Libvirt,
        NotesEveryDevice = true,
        Read = LibvirtReader.Read,
        WithStarts = DomainLog.Add,
        IdOf = process => process.VmId is null ? process.Name ?? (process.Unit is { } unit ? IdOfScope(unit) : null) : null,
        IdOfScope = IdOfScope,
        Owns = Owns,
        Marks = [SystemDirectory, "/libvirt/qemu/"],
        Redact = (path, text, names) => DomainRedaction.Redact(path, text, names) ?? DomainLog.Redact(path, text, names),
        RedactPath = DomainLog.RedactPath,
        HoldsNames = LibvirtPlaces.HoldsDomains,
    };

    /// <summary>
    /// By the control group that the system daemon made: a scope of machined, its own service, or without systemd
    /// <c>/machine/qemu-1-win10.libvirt-qemu</c> (virCgroupNewDomainPartition). Where there are no groups, its arguments tell.
    /// </summary>
    private static bool Owns(ProcessTraits traits, VmProcess process)
    {
        if (process.IsInContainer || process.VmId is not null)
        {
            return false;
        }

        return traits.Group switch
        {
            { Unit: { } unit } => IdOfScope(unit) is not null || Daemons.Contains(unit),
            { Path: null or "/" } => traits.Says(SystemDirectory),
            { Path: var path } => path.StartsWith("/machine/", StringComparison.Ordinal) && path.Split('/')[2].EndsWith(".libvirt-qemu", StringComparison.Ordinal),
        };
    }

    /// <summary>
    /// <c>machine-qemu\x2d3\x2dwin11.scope</c>: driver, libvirt's running number and the name, joined by dashes and escaped as
    /// systemd-escape does (virSystemdMakeScopeName).
    /// </summary>
    private static string? IdOfScope(string unit)
    {
        const string start = "machine-";
        const string end = ".scope";
        return unit.StartsWith(start, StringComparison.Ordinal) && unit.EndsWith(end, StringComparison.Ordinal)
            && HexEscapes.Decode(unit[start.Length..^end.Length]).Split('-', 3) is ["qemu" or "ch", _, var name]
                ? name
                : null;
    }
}
