using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Passthru.Exporter.Serving;

/// <summary>Sockets that systemd has opened for this process, from descriptor 3 on: sd_listen_fds(3).</summary>
internal static class SystemdSockets
{
    private const int First = 3;

    public static int Count { get; } =
        Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
        && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;

    /// <summary>Where this process reaches one of them: a Unix socket if there is one, for it may be allowed to make no other itself.</summary>
    public static EndPoint Reach =>
        Enumerable.Range(First, Count).Select(AddressOf).OrderBy(address => address.AddressFamily != AddressFamily.Unix).First();

    private static EndPoint AddressOf(int descriptor)
    {
        using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
        return socket.LocalEndPoint!;
    }
}
