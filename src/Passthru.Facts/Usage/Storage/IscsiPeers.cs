using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Storage;

/// <summary>
/// The machines behind a disk of the software initiator, whose path leads to no hardware:
/// <c>sys/devices/platform/host3/session1/target3:0:0/…/block/sda</c>. Source: <c>/sys/class/iscsi_connection/connectionN:M</c>,
/// file <c>address</c> (drivers/scsi/scsi_transport_iscsi.c).
/// </summary>
internal sealed class IscsiPeers(HostFiles files)
{
    private const string Connections = "sys/class/iscsi_connection";

    /// <summary>Null: not such a disk.</summary>
    public Footing? Of(string directory)
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
        return peers.Count > 0 ? Footing.On(peers) : Footing.Unknown("no file tells the address of its iSCSI target");
    }

    private IEnumerable<PeerLayer> Peers(string prefix)
    {
        foreach (var name in (files.Names(Connections) ?? []).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            // The attribute asks the transport, which asks the socket.
            var link = $"{Connections}/{name}";
            var directory = files.Link(link) is { } target ? LinkPath.Resolve(link, target) : link;
            var text = files.MayBlock(directory, () => files.Text($"{directory}/address") ?? "");
            if (IpAddress.TryParse(text, out var peer))
            {
                yield return new PeerLayer(peer);
            }
        }
    }
}
