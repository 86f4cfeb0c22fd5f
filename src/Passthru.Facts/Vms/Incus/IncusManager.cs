using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Incus;

/// <summary>Incus among the VM managers.</summary>
internal static class IncusManager
{
    /// <summary>
    /// A VM that Incus has stopped leaves nothing behind, and its configuration lies in a database that is not read: so none of its
    /// processes is called left over.
    /// </summary>
    public static readonly VmManager Row = new()
    {
        Name = "incus",
        Title = "Incus",
        Collector = Collector.Incus,
        Read = IncusReader.Read,
        Marks = ["/run/incus/", "/var/log/incus/", "/var/lib/incus/", "/opt/incus/"],
        Recognizes = process => process.Group.Unit == "incus.service",
        Redact = IncusRedaction.Redact,
        HoldsNames = directory => directory == IncusReader.Directory,
    };
}
