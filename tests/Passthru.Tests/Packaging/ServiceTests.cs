using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Serving;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>What a service manager is told, and what it may hand over: sd_notify(3), sd_listen_fds(3).</summary>
public sealed class ServiceTests(WrittenHosts hosts)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_manager_hears_of_start_life_reload_and_end(bool isAbstract)
    {
        using var directory = new TemporaryDirectory();
        var name = Path.Join(directory.Path, "notify");
        using var manager = Listen(isAbstract ? $"\0{name}" : name);
        using var server = await Published.Serve(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = isAbstract ? $"@{name}" : name, ["WATCHDOG_USEC"] = "100000" }, $"--path.rootfs={hosts.Root("vmd")}");

        Assert.Equal($"READY=1\nSTATUS=listening on {server.Address}", await Next(manager));
        Assert.Equal("WATCHDOG=1", await Next(manager));
        await server.Signal("HUP");
        Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+$", await NextButAlive(manager));
        Assert.StartsWith("READY=1\n", await NextButAlive(manager), StringComparison.Ordinal);
        Assert.Equal(0, await server.Terminate());
        Assert.Equal("STOPPING=1", await NextButAlive(manager));
    }

    [Fact]
    public async Task A_watchdog_for_another_process_is_left_alone()
    {
        using var directory = new TemporaryDirectory();
        var name = Path.Join(directory.Path, "notify");
        using var manager = Listen(name);
        using var server = await Published.Serve(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = name, ["WATCHDOG_USEC"] = "1000", ["WATCHDOG_PID"] = "1" }, $"--path.rootfs={hosts.Root("vmd")}");

        Assert.StartsWith("READY=1\n", await Next(manager), StringComparison.Ordinal);
        await server.Client.GetAsync("/-/ready", Cancel);
        Assert.Equal(0, await server.Terminate());
        Assert.Equal("STOPPING=1", await Next(manager));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData("0", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("30000000", null, 30)]
    [InlineData("30000000", "", 30)]
    [InlineData("30000000", "1", null)]
    public void The_limit_of_the_watchdog_is_for_one_process(string? microseconds, string? pid, int? seconds) =>
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, Watchdog.LimitOf(microseconds, pid));

    [Fact]
    public async Task The_watchdog_is_told_only_after_the_server_has_answered()
    {
        using var directory = new TemporaryDirectory();
        var name = Path.Join(directory.Path, "notify");
        using var manager = Listen(name);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var said = new StringWriter();
        var log = new Log(said, LogLevel.Info, LogFormat.Logfmt, TimeProvider.System);
        var asked = 0;
        var run = new Watchdog(TimeSpan.FromMilliseconds(20), (_, _) => Task.FromResult(++asked > 3), new ServiceManager(name, log), log).Run(stop.Token);

        Assert.Equal("WATCHDOG=1", await Next(manager));
        Assert.True(asked > 3);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(3, said.ToString().Split('\n').Count(line => line.Contains("does not answer", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_service_manager_that_has_gone_stops_nothing()
    {
        using var server = await Published.Serve(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = "/nowhere/notify", ["WATCHDOG_USEC"] = "50000" }, $"--path.rootfs={hosts.Root("vmd")}");
        using var answer = await server.Client.GetAsync("/metrics", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("takes nothing", false)]
    [InlineData("says nothing", false)]
    [InlineData("hangs up", true)]
    [InlineData("says anything", true)]
    public async Task A_server_is_alive_when_it_reacts(string server, bool isAlive)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (server != "takes nothing")
        {
            listener.Listen();
        }

        var probe = Probe.Answers(listener.LocalEndPoint!, TimeSpan.FromSeconds(isAlive ? 30 : 0.2), Cancel);
        if (isAlive)
        {
            using var taken = await listener.AcceptAsync(Cancel);
            await taken.SendAsync(server == "hangs up" ? Array.Empty<byte>() : "?"u8.ToArray());
        }

        Assert.Equal(isAlive, await probe);
    }

    [Theory]
    [InlineData("0.0.0.0:1", "127.0.0.1:1")]
    [InlineData("[::]:1", "[::1]:1")]
    [InlineData("192.0.2.1:1", "192.0.2.1:1")]
    public void A_server_on_every_address_is_reached_on_the_loopback_one(string listening, string reach) =>
        Assert.Equal(IPEndPoint.Parse(reach), Probe.Reachable(IPEndPoint.Parse(listening)));

    [Fact]
    public async Task A_health_check_tells_an_answer_from_none()
    {
        using var server = await Published.Serve($"--path.rootfs={hosts.Root("vmd")}");
        var address = $"--web.listen-address={server.Address}";
        Assert.Equal((0, "", ""), await Published.Run("healthcheck", address));

        await server.Signal("STOP");
        Assert.Equal((1, "", $"passthru-exporter: nothing answers at {server.Address}\n"), await Published.Run("healthcheck", address));

        await server.Signal("CONT");
        Assert.Equal(0, await server.Terminate());
        Assert.Equal(1, (await Published.Run("healthcheck", address)).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sockets_of_systemd_are_served_and_watched(bool isUnix)
    {
        Tools.SkipWithout("systemd-socket-activate");
        using var directory = new TemporaryDirectory();
        var name = Path.Join(directory.Path, "notify");
        using var manager = Listen(name);
        EndPoint address = isUnix ? new UnixDomainSocketEndPoint(Path.Join(directory.Path, "http")) : new IPEndPoint(IPAddress.Loopback, Published.FreePort());
        using var activator = Process.Start(new ProcessStartInfo(
            "systemd-socket-activate",
            [$"--listen={address}", $"--setenv=NOTIFY_SOCKET={name}", "--setenv=WATCHDOG_USEC=100000", Published.Binary, "serve", "--web.systemd-socket", $"--path.rootfs={hosts.Root("vmd")}"])
        { RedirectStandardError = true })!;
        try
        {
            while (!await Probe.Answers(address, TimeSpan.FromSeconds(30), Cancel))
            {
                await Task.Delay(50, Cancel);
            }

            Assert.Equal("READY=1\nSTATUS=listening on systemd's sockets", await Next(manager));
            Assert.Equal("WATCHDOG=1", await Next(manager));
        }
        finally
        {
            activator.Kill();
            await activator.WaitForExitAsync(Cancel);
        }
    }

    [Fact]
    public async Task Sockets_that_systemd_should_hand_over_and_does_not_are_an_error() =>
        Assert.Equal(
            (1, "", "passthru-exporter: --web.systemd-socket: systemd handed over no socket\n"),
            await Published.Run("serve", "--web.systemd-socket", $"--path.rootfs={hosts.Root("vmd")}"));

    private static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name));
        return socket;
    }

    private static async Task<string> Next(Socket manager)
    {
        var buffer = new byte[4096];
        var length = await manager.ReceiveAsync(buffer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static async Task<string> NextButAlive(Socket manager)
    {
        string said;
        do
        {
            said = await Next(manager);
        }
        while (said == "WATCHDOG=1");
        return said;
    }
}
