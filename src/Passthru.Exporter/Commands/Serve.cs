using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Serving;
using Passthru.Exporter.Serving.Connections;
using Passthru.Exporter.Serving.Security;
using Passthru.Exporter.Text;
using Passthru.Facts;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Exporter.Commands;

/// <summary><c>serve</c>: until SIGTERM.</summary>
internal static class Serve
{
    /// <summary>After which nothing is done that only a start does.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(5);

    public static int Run(ParseResult flags)
    {
        ResidentMemory.ReturnLargeBlocks();
        var log = HostRoot.Log(flags);
        var path = flags.GetRequiredValue(Flags.TelemetryPath);
        if (!path.StartsWith('/') || path == "/")
        {
            throw new CannotStartException($"--web.telemetry-path: '{path}' is no path below /");
        }

        ProcessLimits.Check();
        var tree = HostRoot.Open(flags);
        var settings = new SettingsSource(tree, flags.GetValue(Flags.ConfigFile));
        var listening = Listening.ToServe(flags);
        var manager = ServiceManager.OfEnvironment(log);
        var status = $"listening on {listening.Text}";
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            manager.Reloading();
            Reload(settings, log);
            manager.Ready(status);
        });
        using var aside = BackgroundReaders.Start(flags.GetRequiredValue(Flags.RootFs), tree);
        var observer = new HostObserver(tree, HostRoot.WantedCollectors(flags), settings, Timeout(flags), HostRoot.Units(flags, tree), aside);
        var protection = flags.GetValue(Flags.WebConfigFile) is { } file ? new WebConfigSource(file, log, TimeProvider.System) : null;
        var server = NewServer(flags, listening.Apply, path, observer, settings, protection, log);
        try
        {
            server.Start();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new CannotStartException($"cannot listen on {listening.Text}: {LocalFile.Message(e.GetBaseException())}");
        }

        log.Info(
            "listening",
            ("address", listening.Text), ("tls", protection?.Current.Tls is null ? "off" : "on"), ("version", Build.Version), ("revision", Build.Revision));
        using var stopping = server.Lifetime.ApplicationStopping.Register(manager.Stopping);
        manager.Ready(status);
        Watch(listening.Reach, manager, log, server.Lifetime.ApplicationStopping);
        _ = Task.Delay(StartTime, server.Lifetime.ApplicationStopping).ContinueWith(_ => ResidentMemory.ReleaseStartCode(), TaskScheduler.Default);
        server.WaitForShutdown();
        log.Info("stopped");
        return 0;
    }

    private static WebApplication NewServer(
        ParseResult flags, Action<KestrelServerOptions> listen, string path, HostObserver observer, SettingsSource settings, WebConfigSource? protection, Log log)
    {
        var read = new ReadCoalescer(observer.Observe);
        _ = read.Next();    // While the server starts: the first scrape joins it, or finds known what does not change.
        var observed = new ObservationEndpoint(read, new IssueLog(log), log, Timeout(flags));
        var ownRoot = new DirectoryTree("/");
        var all = flags.GetValue(Flags.PciAll);
        var scrape = new MetricsEndpoint(observed, observation => new View(observation.Facts, observation.Report, all, ProcessStatus.Read(ownRoot))
        {
            ConfigReloaded = settings.LastReloadSuccessful && protection?.LastReloadSuccessful != false,
        });
        return Server.Build(listen, path, scrape, new TopologyEndpoints(observed, path), new RefusalLog(log, TimeProvider.System), protection);
    }

    private static void Watch(EndPoint reach, ServiceManager manager, Log log, CancellationToken stopping)
    {
        if (Watchdog.LimitOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")) is { } limit)
        {
            _ = new Watchdog(limit, (patience, cancel) => Probe.Answers(reach, patience, cancel), manager, log).Run(stopping);
        }
    }

    private static TimeSpan Timeout(ParseResult flags) => TimeSpan.FromSeconds(flags.GetValue(Flags.Timeout));

    private static void Reload(SettingsSource settings, Log log)
    {
        if (settings.Reload() is { } trouble)
        {
            log.Error("configuration not reloaded, the one before holds", ("err", trouble));
        }
        else
        {
            log.Info("configuration reloaded; its flags count from the next start");
        }
    }
}
