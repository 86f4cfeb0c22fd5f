using System.CommandLine;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Serving;
using Passthru.Facts.Files;

namespace Passthru.Exporter.Commands;

/// <summary><c>serve</c>: until SIGTERM.</summary>
internal static class Serve
{
    public static int Run(ParseResult flags)
    {
        var log = HostRoot.Log(flags);
        var path = flags.GetRequiredValue(Flags.TelemetryPath);
        if (!path.StartsWith('/') || path == "/")
        {
            throw new CannotStartException($"--web.telemetry-path: '{path}' is no path below /");
        }

        var addresses = Addresses(flags);
        var server = Server.Build(addresses.Apply, path, NewScrape(flags, log).Answer);
        try
        {
            server.Start();
        }
        catch (IOException e)
        {
            throw new CannotStartException($"cannot listen on {addresses.Text}: {(e.InnerException ?? e).Message}");
        }

        log.Info("listening", ("address", addresses.Text), ("version", Build.Version), ("revision", Build.Revision));
        server.WaitForShutdown();
        log.Info("stopped");
        return 0;
    }

    private static Scrape NewScrape(ParseResult flags, Log log)
    {
        var timeout = TimeSpan.FromSeconds(flags.GetValue(Flags.Timeout));
        var observer = new HostObserver(HostRoot.Open(flags), HostRoot.WantedCollectors(flags), timeout);
        var ownRoot = new DirectoryFiles("/");
        return new Scrape(
            new SharedRead(observer.Observe), new IssueLog(log), log, timeout, flags.GetValue(Flags.PciAll), () => ProcessStatus.Read(ownRoot));
    }

    private static (string Text, Action<KestrelServerOptions> Apply) Addresses(ParseResult flags)
    {
        if (flags.GetValue(Flags.SystemdSocket))
        {
            return ("systemd's sockets", server => server.UseSystemd());
        }

        try
        {
            var addresses = flags.GetRequiredValue(Flags.Listen).Select(ListenAddress.Parse).ToList();
            return (string.Join(", ", addresses.Select(address => address.Text)), server => addresses.ForEach(address => address.Apply(server)));
        }
        catch (FormatException e)
        {
            throw new CannotStartException($"--web.listen-address: {e.Message}");
        }
    }
}
