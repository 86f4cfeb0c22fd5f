using System.Collections.Immutable;
using Passthru.Facts.Files;

namespace Passthru.Facts.Guests.Libvirt;

/// <summary>
/// The domains of libvirt's QEMU driver. Sources: <c>/etc/libvirt/qemu/NAME.xml</c>, how each is to start, and
/// <c>/run/libvirt/qemu/NAME.xml</c>, how it was started, which is there as long as it runs (virDomainObjSave; for root alone).
/// </summary>
internal static class LibvirtReader
{
    private const string Defined = "etc/libvirt/qemu";
    private const string Running = "run/libvirt/qemu";

    /// <summary>Null: no libvirt on this host, or it keeps everything to itself; only the latter is an issue.</summary>
    public static EquatableArray<Guest>? Read(HostFiles files)
    {
        var defined = DomainFolder.Read(files, Defined);
        var live = LiveDomains.Read(files, Running);
        if (defined.Names is null && live.Folder.Names is null)
        {
            return null;
        }

        var devices = new DomainDevices(files);
        var operators = OperatorFiles.Read(files);
        var names = defined.Domains.Keys.Union(live.Folder.Domains.Keys).Order(StringComparer.Ordinal);
        var guests = names.Select(name => operators.Add(Both(name, defined.Domains.GetValueOrDefault(name), live, devices))).ToImmutableArray();
        return guests.IsEmpty && (defined.HasTrouble || live.Folder.HasTrouble) ? null : guests;
    }

    /// <summary>A domain without a definition that can be read, such as a transient one, is taken to start as it was started.</summary>
    private static Guest Both(string name, DomainFile? defined, LiveDomains live, DomainDevices devices)
    {
        var running = live.Folder.Domains.GetValueOrDefault(name);
        var taken = running is null ? (EquatableArray<GuestDevice>?)null : devices.Taken(running);
        return DomainFacts.Of((defined ?? running)!) with
        {
            Pid = live.Pid(name),
            IsNotedAsStarted = live.IsStarted(name),
            Devices = defined is null ? taken ?? [] : devices.Configured(defined),
            LiveDevices = taken,
        };
    }
}
