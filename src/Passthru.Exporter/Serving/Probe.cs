using System.Net;
using System.Net.Sockets;

namespace Passthru.Exporter.Serving;

/// <summary>Asks a server of this program over its own socket whether it still answers.</summary>
internal static class Probe
{
    private static readonly byte[] Request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>
    /// Whether it reacts in time. What it says does not matter: a server that wants TLS, a password or fewer connections hangs up or
    /// says no, and for that it must be alive. One that is stopped or stuck says nothing, though the kernel takes the connection.
    /// </summary>
    public static async Task<bool> Answers(EndPoint server, TimeSpan patience, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            using var socket = Connecting(server);
            await socket.ConnectAsync(server, limit.Token);
            try
            {
                await socket.SendAsync(Request, limit.Token);
                await socket.ReceiveAsync(new byte[1], limit.Token);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                // It hung up before it had read everything.
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Where to reach what listens there: a server on every address is reached on the loopback one.</summary>
    public static EndPoint Reachable(EndPoint listening) => listening switch
    {
        IPEndPoint { Address: var address, Port: var port } when address.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, port),
        IPEndPoint { Address: var address, Port: var port } when address.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, port),
        _ => listening,
    };

    private static Socket Connecting(EndPoint server) => server.AddressFamily == AddressFamily.Unix
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
}
