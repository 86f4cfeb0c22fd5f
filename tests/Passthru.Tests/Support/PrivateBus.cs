using System.Diagnostics;
using Passthru.Tests.EndToEnd;

namespace Passthru.Tests.Support;

/// <summary>A message bus of the test's own, and whatever stands in for systemd on it. All of it ends with the test.</summary>
internal sealed class PrivateBus : IDisposable
{
    /// <summary>Debian's own, for which its packages are; another may come first in the path.</summary>
    private const string Python = "/usr/bin/python3";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<Process> _processes = [];

    private PrivateBus()
    {
    }

    public string Address => $"unix:path={_directory.Path}/bus";

    /// <summary>Clients that are connected: the kernel lists the bus's end of each, and the one it listens at, under the name of its socket.</summary>
    public int Connections => File.ReadLines("/proc/net/unix").Count(line => line.EndsWith($"{_directory.Path}/bus", StringComparison.Ordinal)) - 1;

    public static async Task<PrivateBus> Start()
    {
        foreach (var needed in (string[])["dbus-daemon", Python, "/usr/lib/python3/dist-packages/dbus/__init__.py", "/usr/lib/python3/dist-packages/gi/__init__.py"])
        {
            Tools.SkipWithout(needed);
        }

        var bus = new PrivateBus();
        var configuration = bus._directory.Write("bus.conf", $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <listen>{bus.Address}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/></policy>
            </busconfig>
            """);
        await bus.Run("dbus-daemon", $"--config-file={configuration}", "--nofork", "--nopidfile", "--print-address");
        return bus;
    }

    /// <summary>A systemd that has these units, each <c>NAME=STATE</c>, or one that refuses.</summary>
    public Task<Process> Systemd(params IEnumerable<string> units) =>
        Run(Python, [Path.Join(Golden.Repository, "tests/systemd/units.py"), Address, .. units]);

    /// <summary>Stops a process where it stands, as a debugger does.</summary>
    public static Task Freeze(Process process) => Tools.Run("", "kill", "-STOP", $"{process.Id}");

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _directory.Dispose();
    }

    /// <summary>Returns once the program has said its first line.</summary>
    private async Task<Process> Run(string program, params IEnumerable<string> arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        _processes.Add(process);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync());
        return process;
    }
}
