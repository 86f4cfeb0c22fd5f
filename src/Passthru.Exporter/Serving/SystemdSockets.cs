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

    /// <summary>The address of the first one.</summary>
    public static EndPoint Address
    {
        get
        {
            using var socket = new Socket(new SafeSocketHandle(First, ownsHandle: false));
            return socket.LocalEndPoint!;
        }
    }
}
