using System.Collections.Immutable;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// The domains of libvirt's QEMU and Cloud Hypervisor drivers. Sources: <c>/etc/libvirt/qemu/NAME.xml</c>, how each is to start, and
/// <c>/run/libvirt/qemu/NAME.xml</c>, how it was started, which is there as long as it runs (virDomainObjSave; for root alone).
/// </summary>
internal static class LibvirtReader
{
    /// <summary>No guests: no libvirt on this host, or it keeps everything to itself; only the latter is an issue.</summary>
    public static VmReading Read(HostReader files)
    {
        var devices = new DomainDevices(files);
        var pools = new StoragePools(files);
        var system = LibvirtPlaces.OfSystem(files).Select(place => Read(files, place, devices, pools)).OfType<PlaceReading>().ToList();
        var users = LibvirtPlaces.OfUsers(files.WithOwnIssues()).Select(place => Read(files.WithOwnIssues(), place, devices, pools)).OfType<PlaceReading>().ToList();
        ImmutableArray<Vm> vms = [.. system.Concat(users).SelectMany(reading => reading.Vms)];
        var nothing = system.Count + users.Count == 0 || (vms.IsEmpty && system.Any(reading => reading.HasTrouble));
        return new VmReading(nothing ? null : vms, system.Any(reading => reading.NotesSeen));
    }

    private static PlaceReading? Read(HostReader files, LibvirtPlace place, DomainDevices devices, StoragePools pools)
    {
        var defined = DomainFolder.Read(files, place.Defined);
        var live = LiveDomains.Read(files, place.Running);
        if (defined.Names is null && live.Folder.Names is null)
        {
            return null;
        }

        var operators = place.User is null ? OperatorFiles.Read(files) : null;
        var names = defined.Domains.Keys.Union(live.Folder.Domains.Keys).Order(StringComparer.Ordinal);
        ImmutableArray<Vm> vms =
        [
            .. names.Select(name => Both(name, defined.Domains.GetValueOrDefault(name), live, devices, pools) with { User = place.User, IsManaged = place.User is null })
                .Select(vm => operators?.Add(vm) ?? vm),
        ];
        return new PlaceReading(vms, live.Folder.Names is not null, defined.HasTrouble || live.Folder.HasTrouble);
    }

    /// <summary>A domain without a definition that can be read, such as a transient one, is taken to start as it was started.</summary>
    private static Vm Both(string name, DomainFile? defined, LiveDomains live, DomainDevices devices, StoragePools pools)
    {
        var running = live.Folder.Domains.GetValueOrDefault(name);
        var taken = running is null ? (EquatableArray<VmDevice>?)null : devices.Taken(running);
        return DomainFacts.From((defined ?? running)!, pools) with
        {
            Pid = live.Pid(name),
            ManagerSaysRunning = live.IsStarted(name),
            Devices = defined is null ? taken ?? [] : devices.Configured(defined),
            AttachedDevices = taken,
        };
    }

    private sealed record PlaceReading(ImmutableArray<Vm> Vms, bool NotesSeen, bool HasTrouble);
}
