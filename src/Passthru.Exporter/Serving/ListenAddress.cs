using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Passthru.Facts.Reading;

namespace Passthru.Exporter.Serving;

/// <summary>Where to listen: <c>:10068</c> (every address), <c>127.0.0.1:10068</c>, <c>[::1]:10068</c>, <c>localhost:10068</c>, <c>unix:/run/x.sock</c>.</summary>
internal sealed record ListenAddress(string Text, EndPoint? EndPoint)
{
    private const string UnixPrefix = "unix:";

    /// <exception cref="FormatException">It is none of these, or a name that stands for no address.</exception>
    public static ListenAddress Parse(string text)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) && text.Length > UnixPrefix.Length)
        {
            return new ListenAddress(text, new UnixDomainSocketEndPoint(text[UnixPrefix.Length..]));
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new FormatException($"'{text}' is no address to listen on: HOST:PORT, :PORT or unix:/path");
        }

        var host = text[..colon];
        return new ListenAddress(text, host == "" ? null : new IPEndPoint(Resolve(host), port)) { Port = port };
    }

    public int Port { get; private init; }

    /// <summary>Of a socket in the file system: there is a place for it. .NET tells that as an address that can't be assigned.</summary>
    public bool HasDirectory =>
        EndPoint is not UnixDomainSocketEndPoint || Text.StartsWith("unix:@", StringComparison.Ordinal)
        || LocalFile.KindOf(Path.GetDirectoryName(Path.GetFullPath(EndPoint.ToString()!)) ?? "/") != LocalFileKind.Absent;

    public void Apply(KestrelServerOptions server)
    {
        switch (EndPoint)
        {
            case null:
                server.ListenAnyIP(Port);
                break;
            case UnixDomainSocketEndPoint unix:
                RemoveStale(unix);
                server.ListenUnixSocket(unix.ToString()!);
                break;
            default:
                server.Listen(EndPoint);
                break;
        }
    }

    private static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return address;
        }

        try
        {
            return Dns.GetHostAddresses(host)[0];
        }
        catch (SocketException e)
        {
            throw new FormatException($"'{host}': {e.Message}", e);
        }
    }

    /// <summary>A process that was killed leaves its socket behind; one that still listens answers, and what is no socket is somebody's.</summary>
    private static void RemoveStale(UnixDomainSocketEndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused
            && LocalFile.KindOf(endPoint.ToString()!, followLink: false) == LocalFileKind.Socket)
        {
            File.Delete(endPoint.ToString()!);
        }
        catch (SocketException)
        {
            // Nothing there, or nothing that can be taken away: binding will say what is wrong.
        }
    }
}
