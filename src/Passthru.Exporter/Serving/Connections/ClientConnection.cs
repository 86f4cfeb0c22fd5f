using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Passthru.Exporter.Serving.Connections;

/// <summary>Whoever holds a connection, for as long as it does.</summary>
internal sealed class ClientConnection(ConnectionContext connection)
{
    private static readonly AsyncLocal<ClientConnection?> OfThis = new();
    private static long _turns;
    private int _requests;

    /// <summary>The one whose connection this code runs for, if it does for any: the server's own log does not say.</summary>
    public static ClientConnection? Current
    {
        get => OfThis.Value;
        set => OfThis.Value = value;
    }

    /// <summary>Without the port; all that come through a socket of the file system are one.</summary>
    public string Address { get; } = connection.RemoteEndPoint is IPEndPoint { Address: var address }
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
        : "unix";

    /// <summary>What one user has of addresses: of IPv6 the first 64 bits (RFC 4291 2.5.4), else the address.</summary>
    public string Network { get; } = connection.RemoteEndPoint is IPEndPoint { Address: { IsIPv4MappedToIPv6: false } six } && six.AddressFamily == AddressFamily.InterNetworkV6
        ? Convert.ToHexString(six.GetAddressBytes().AsSpan(0, 8))
        : connection.RemoteEndPoint is IPEndPoint { Address: var other } ? (other.IsIPv4MappedToIPv6 ? other.MapToIPv4() : other).ToString() : "unix";

    /// <summary>On this host.</summary>
    public bool IsLocal { get; } = connection.RemoteEndPoint is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address);

    /// <summary>It has begun to speak TLS.</summary>
    public bool TlsStarted { get; set; }

    /// <summary>Why the handshake will fail, where that is our doing.</summary>
    public string? Refusal { get; set; }

    /// <summary>When it came, or was last answered: higher is later. No clock tells connections of one moment apart.</summary>
    public long Turn { get; private set; } = Interlocked.Increment(ref _turns);

    public bool IsIdle => Volatile.Read(ref _requests) == 0;

    public static ClientConnection From(HttpContext context) => context.Features.GetRequiredFeature<ClientConnection>();

    public void Close() => connection.Abort();

    /// <summary>How long whoever asked may take to read the answer.</summary>
    private static readonly TimeSpan MaxReading = TimeSpan.FromSeconds(30);

    /// <summary>Counts it as busy while a request of its is answered, and ends an answer that is not read.</summary>
    public static RequestDelegate Busy(RequestDelegate next) => async context =>
    {
        var caller = From(context);
        Interlocked.Increment(ref caller._requests);
        await using var limit = new Timer(_ => context.Abort(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        context.Response.OnStarting(() =>
        {
            limit.Change(MaxReading, Timeout.InfiniteTimeSpan);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            caller.Turn = Interlocked.Increment(ref _turns);
            Interlocked.Decrement(ref caller._requests);
        }
    };
}
