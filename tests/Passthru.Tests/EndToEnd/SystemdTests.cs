using System.Diagnostics;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>The published program on a bus of its own.</summary>
public sealed class SystemdTests(WrittenHosts hosts)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Units_are_told_by_name_and_those_of_the_configuration_too()
    {
        using var bus = await PrivateBus.Start();
        await bus.Systemd("pvedaemon.service=active", "pvestatd.service=failed", "nfs-server.service=active", "110.scope=active");
        using var directory = new TemporaryDirectory();
        using var server = await Published.Serve(
            $"--path.rootfs={hosts.Root("own-pve-gpu")}", $"--collector.systemd.bus-address={bus.Address}", $"--config.file={directory.Write("c.yml", "units: [nfs-server.service]\n")}");

        var page = await server.Client.GetStringAsync("/metrics", Cancel);

        Assert.Equal(
            [
                """passthru_unit_active{unit="nfs-server.service"} 1""",
                """passthru_unit_active{unit="pvedaemon.service"} 1""",
                """passthru_unit_active{unit="pvestatd.service"} 0""",
            ],
            page.Split('\n').Where(line => line.StartsWith("passthru_unit_active{", StringComparison.Ordinal)));
        Assert.Contains("""passthru_collector_success{collector="systemd"} 1""", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bus_that_hangs_costs_its_time_limit_and_nothing_else()
    {
        using var directory = new TemporaryDirectory();
        var socket = Path.Join(directory.Path, "bus");
        using var silent = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        silent.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
        silent.Listen(64);
        using var server = await Published.Serve($"--path.rootfs={hosts.Root("own-pve-gpu")}", $"--collector.systemd.bus-address=unix:path={socket}");

        var clock = Stopwatch.StartNew();
        var page = await server.Client.GetStringAsync("/metrics", Cancel);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.8, 5);
        Assert.Contains("""passthru_collector_success{collector="systemd"} 0""", page, StringComparison.Ordinal);
        Assert.Contains("""passthru_vm_running{vm="110",platform="proxmox"} 1""", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capture_keeps_what_systemd_said()
    {
        using var bus = await PrivateBus.Start();
        await bus.Systemd("pvedaemon.service=active", "libvirtd.service=failed", "110.scope=active", "machine-qemu\\x2d1\\x2dsecret.scope=active");
        using var directory = new TemporaryDirectory();
        string[] host = [$"--path.rootfs={hosts.Root("own-pve-gpu")}", $"--collector.systemd.bus-address={bus.Address}"];
        var (file, nameless) = (Path.Join(directory.Path, "host.tar.gz"), Path.Join(directory.Path, "nameless.tar.gz"));

        Assert.Equal(0, (await Published.Run(["capture", file, .. host])).Code);
        Assert.Equal(Read.Stable((await Published.Run(["metrics", .. host])).Output), Read.Stable((await Published.Run("metrics", $"--path.rootfs={file}")).Output));

        Assert.Equal(0, (await Published.Run(["capture", nameless, "--redact.vm-names", .. host])).Code);
        var (_, listed) = await Tools.Run("", "tar", "-xzOf", nameless, "passthru-units.txt");
        Assert.Contains("110.scope active", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_root_has_no_bus_unless_one_is_named()
    {
        var (_, page, _) = await Published.Run("metrics", $"--path.rootfs={hosts.Root("own-pve-gpu")}");

        Assert.DoesNotContain("collector=\"systemd\"", page, StringComparison.Ordinal);
    }
}
