using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Serving;

namespace Passthru.Exporter.Commands;

/// <summary>Where the server listens.</summary>
/// <param name="Text">For people.</param>
/// <param name="Apply">Makes the server listen there.</param>
/// <param name="Reach">Where this host reaches it; the first address of several.</param>
internal sealed record Listening(string Text, Action<KestrelServerOptions> Apply, EndPoint Reach)
{
    /// <summary>At the sockets that systemd handed over, if it did: it holds their addresses, so that nobody else can listen there.</summary>
    public static Listening ToServe(ParseResult flags) =>
        SystemdSockets.Count > 0 ? new Listening("systemd's sockets", server => server.UseSystemd(), Probe.Reachable(SystemdSockets.Reach))
        : flags.GetValue(Flags.SystemdSocket) ? throw new CannotStartException("--web.systemd-socket: systemd handed over no socket")
        : AtAddresses(flags);

    public static Listening AtAddresses(ParseResult flags)
    {
        try
        {
            var addresses = flags.GetRequiredValue(Flags.Listen).Select(ListenAddress.Parse).ToList();
            if (addresses.Find(address => !address.HasDirectory) is { } nowhere)
            {
                throw new CannotStartException($"cannot listen on {nowhere.Text}: no such directory");
            }

            return new Listening(
                string.Join(", ", addresses.Select(address => address.Text)),
                server => addresses.ForEach(address => address.Apply(server)),
                Probe.Reachable(addresses[0].EndPoint ?? new IPEndPoint(IPAddress.Any, addresses[0].Port)));
        }
        catch (FormatException e)
        {
            throw new CannotStartException($"--web.listen-address: {e.Message}");
        }
    }
}
