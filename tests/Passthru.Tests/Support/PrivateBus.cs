using System.Diagnostics;
using Passthru.Tests.EndToEnd;
using Tmds.DBus;

namespace Passthru.Tests.Support;

/// <summary>A message bus of the test's own, and whatever stands in for systemd on it. All of it ends with the test.</summary>
internal sealed class PrivateBus : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _daemon;
    private Connection? _systemd;

    private PrivateBus()
    {
        var configuration = _directory.Write("bus.conf", $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <listen>{Address}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/></policy>
            </busconfig>
            """);
        string[] arguments = [$"--config-file={configuration}", "--nofork", "--nopidfile", "--print-address"];
        _daemon = Process.Start(new ProcessStartInfo("dbus-daemon", arguments) { RedirectStandardOutput = true })!;
    }

    public string Address => $"unix:path={_directory.Path}/bus";

    /// <summary>Clients that are connected: the kernel lists the bus's end of each, and the one it listens at, under the name of its socket.</summary>
    public int ConnectionLimiter => File.ReadLines("/proc/net/unix").Count(line => line.EndsWith($"{_directory.Path}/bus", StringComparison.Ordinal)) - 1;

    public static async Task<PrivateBus> Start()
    {
        Tools.SkipWithout("dbus-daemon");
        var bus = new PrivateBus();
        Assert.NotNull(await bus._daemon.StandardOutput.ReadLineAsync());
        return bus;
    }

    /// <summary>A systemd that has these units, each <c>NAME=STATE</c>.</summary>
    public Task<StandInSystemd> Systemd(params IEnumerable<string> units) => Join(new StandInSystemd([.. units]));

    public Task SystemdThatRefuses() => Join(new StandInSystemd(units: null));

    public void Dispose()
    {
        _systemd?.Dispose();
        _daemon.Kill();
        _daemon.WaitForExit();
        _daemon.Dispose();
        _directory.Dispose();
    }

    private async Task<StandInSystemd> Join(StandInSystemd systemd)
    {
        // Not on the threads of tests, which wait for the answer.
        _systemd = new Connection(new ClientConnectionOptions(Address) { SynchronizationContext = null, RunContinuationsAsynchronously = true });
        await _systemd.ConnectAsync();
        await _systemd.RegisterObjectAsync(systemd);
        await _systemd.RegisterServiceAsync("org.freedesktop.systemd1");
        return systemd;
    }
}
