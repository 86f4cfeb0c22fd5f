using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// The machines behind a disk of the software initiator, whose path leads to no hardware:
/// <c>sys/devices/platform/host3/session1/target3:0:0/…/block/sda</c>. Source: <c>/sys/class/iscsi_connection/connectionN:M</c>,
/// file <c>address</c> (drivers/scsi/scsi_transport_iscsi.c).
/// </summary>
internal sealed class IscsiPeers(HostReader files)
{
    private const string ConnectionLimiter = "sys/class/iscsi_connection";

    /// <summary>Null: not such a disk.</summary>
    public Backing? Of(string directory)
    {
        const string session = "session";
        var number = directory.Split('/')
            .Where(part => part.StartsWith(session, StringComparison.Ordinal) && part.Length > session.Length)
            .Select(part => part[session.Length..])
            .FirstOrDefault(part => !part.AsSpan().ContainsAnyExceptInRange('0', '9'));
        if (number is null)
        {
            return null;
        }

        var peers = Peers($"connection{number}:").ToList();
        return peers.Count > 0 ? Backing.On(peers) : Backing.Unknown("no file has the address of its iSCSI target");
    }

    private IEnumerable<RemoteLayer> Peers(string prefix)
    {
        foreach (var name in (files.Names(ConnectionLimiter) ?? []).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            // The attribute asks the transport, which asks the socket.
            var link = $"{ConnectionLimiter}/{name}";
            var directory = files.Link(link) is { } target ? SymlinkPath.Resolve(link, target) : link;
            var text = files.MayBlock(directory, () => files.Text($"{directory}/address") ?? "");
            if (IpAddress.TryParse(text, out var peer))
            {
                yield return new RemoteLayer(peer);
            }
        }
    }
}
