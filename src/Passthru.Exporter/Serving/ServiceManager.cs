using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Text;

namespace Passthru.Exporter.Serving;

/// <summary>
/// Whoever started this program as a service and wants to hear how it fares: sd_notify(3), a datagram for each state. Where
/// <c>NOTIFY_SOCKET</c> is not set, nobody does.
/// </summary>
internal sealed class ServiceManager(string? socket, Log log)
{
    public static ServiceManager OfEnvironment(Log log) => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), log);

    public void Ready(string status) => Tell($"READY=1\nSTATUS={status}");

    /// <summary><see cref="Ready"/> has to follow. With the time, in µs of CLOCK_MONOTONIC, <c>Type=notify-reload</c> works too.</summary>
    public void Reloading() => Tell($"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond}");

    public void Stopping() => Tell("STOPPING=1");

    public void Alive() => Tell("WATCHDOG=1");

    private void Tell(string state)
    {
        if (string.IsNullOrEmpty(socket))
        {
            return;
        }

        try
        {
            // A name in the abstract namespace is written with "@" for its first byte, which is 0.
            using var datagrams = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            datagrams.Connect(new UnixDomainSocketEndPoint(socket[0] == '@' ? $"\0{socket[1..]}" : socket));
            datagrams.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException e)
        {
            log.Warn("cannot tell the service manager", ("state", state.Split('\n')[0]), ("err", Reason.Of(e)));
        }
    }
}
