using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>The published program and its configuration file, at start and while it runs.</summary>
public sealed class ConfigurationTests(WrittenHosts hosts)
{
    private const string Gpu = "0000:01:00.0";
    private const string Expected = $"devices:\n  - address: {Gpu}\n    vm: gaming\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_file_expects_is_told()
    {
        using var directory = new TemporaryDirectory();
        var (code, page, errors) = await Metrics($"--config.file={directory.Write("c.yml", Expected)}");

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains($$"""passthru_device_expected_owner_info{device="{{Gpu}}",owner="vfio",source="config",when="always"} 1""", page, StringComparison.Ordinal);
        Assert.Contains("vm=\"gaming\"} 1", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_brings_its_own_file_and_a_flag_names_another()
    {
        using var host = Passthru.Tests.Hosts.WrittenHost.Named("intel-desktop");
        Directory.CreateDirectory(Path.Join(host.Root, "etc/passthru-exporter"));
        await File.WriteAllTextAsync(Path.Join(host.Root, "etc/passthru-exporter/config.yml"), Expected, Cancel);
        using var directory = new TemporaryDirectory();

        var (_, own, _) = await Published.Run("metrics", $"--path.rootfs={host.Root}");
        var (_, other, _) = await Published.Run("metrics", $"--path.rootfs={host.Root}", $"--config.file={directory.Write("c.yml", "")}");

        Assert.Contains("source=\"config\"", own, StringComparison.Ordinal);
        Assert.DoesNotContain("source=\"config\"", other, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics", 1)]
    [InlineData("serve", 1)]
    [InlineData("check", 3)]
    public async Task A_file_that_cannot_be_used_is_one_line_with_its_place(string verb, int code)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("c.yml", "devices:\n  - adress: x\n");

        var (exit, _, errors) = await Published.Run(verb, $"--path.rootfs={hosts.Root("vmd")}", $"--config.file={file}");

        Assert.Equal((code, $"passthru-exporter: {file}:2:5: unknown key adress, did you mean address?\n"), (exit, errors));
    }

    [Fact]
    public async Task A_file_that_is_named_and_not_there_is_an_error()
    {
        var (code, _, errors) = await Metrics("--config.file=/nowhere/c.yml");

        Assert.Equal(1, code);
        Assert.Contains("/nowhere/c.yml", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_come_from_the_command_line_then_from_the_file()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("c.yml", "flags:\n  collector.pci.all: true\n  no-collector.usage: true\n");

        var (_, page, _) = await Metrics($"--config.file={file}");
        var (_, overridden, _) = await Metrics($"--config.file={file}", "--collector.usage", "--collector.pci.all=false");

        Assert.DoesNotContain("collector=\"usage\"", page, StringComparison.Ordinal);
        Assert.Contains("collector=\"usage\"", overridden, StringComparison.Ordinal);
        Assert.True(page.Length > overridden.Length);
    }

    [Fact]
    public async Task A_flag_in_the_file_with_a_value_that_is_none_says_where_it_stands()
    {
        using var directory = new TemporaryDirectory();
        var (code, _, errors) = await Metrics($"--config.file={directory.Write("c.yml", "flags:\n  log.level: loud\n")}");

        Assert.Equal((1, "passthru-exporter: flags: log.level: 'loud' is not one of its values: debug, info, warn, error\n"), (code, errors));
    }

    [Fact]
    public async Task SIGHUP_takes_a_new_file_and_keeps_the_old_one_where_the_new_one_is_bad()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("c.yml", "");
        using var server = await Published.Serve($"--path.rootfs={hosts.Root("intel-desktop")}", $"--config.file={file}");
        const string reloaded = "passthru_config_last_reload_successful";

        await server.Signal("HUP");
        Assert.DoesNotContain("source=\"config\"", await server.Client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);

        directory.Write("c.yml", Expected);
        await server.Signal("HUP");
        await Eventually(server, page => page.Contains("source=\"config\"", StringComparison.Ordinal) && page.Contains($"{reloaded} 1", StringComparison.Ordinal));

        directory.Write("c.yml", "devices: nonsense\n");
        await server.Signal("HUP");
        await Eventually(server, page => page.Contains("source=\"config\"", StringComparison.Ordinal) && page.Contains($"{reloaded} 0", StringComparison.Ordinal));
        Assert.Equal(0, await server.Terminate());
    }

    private static async Task Eventually(Published server, Func<string, bool> holds)
    {
        for (var tries = 0; !holds(await server.Client.GetStringAsync("/metrics", Cancel)); tries++)
        {
            Assert.True(tries < 50, "it never did");
            await Task.Delay(100, Cancel);
        }
    }

    private Task<(int Code, string Output, string Errors)> Metrics(params string[] arguments) =>
        Published.Run(["metrics", $"--path.rootfs={hosts.Root("intel-desktop")}", .. arguments]);
}
