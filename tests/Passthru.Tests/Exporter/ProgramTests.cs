using Passthru.Exporter;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

public sealed class ProgramTests(WrittenHosts hosts)
{
    [Theory]
    [InlineData("--path.rootsf=/", "passthru-exporter: unknown flag --path.rootsf=/, did you mean --path.rootfs? See --help.")]
    [InlineData("--collector.pic", "passthru-exporter: unknown flag --collector.pic, did you mean --collector.pci? See --help.")]
    [InlineData("--web.listen-adress=:1", "passthru-exporter: unknown flag --web.listen-adress=:1, did you mean --web.listen-address? See --help.")]
    [InlineData("--entirely-different", "passthru-exporter: unknown flag --entirely-different. See --help.")]
    [InlineData("metricks", "passthru-exporter: unknown command metricks, did you mean metrics? See --help.")]
    [InlineData("--format=text", "passthru-exporter: unknown flag --format=text, did you mean --log.format? See --help.")]
    [InlineData("--log.level=loud", "passthru-exporter: --log.level: 'loud' is not one of its values: debug, info, warn, error")]
    [InlineData("--collector.pci=maybe", "passthru-exporter: --collector.pci: 'maybe' is not one of its values")]
    [InlineData("--scrape.timeout=-1", "passthru-exporter: --scrape.timeout: '-1' is not one of its values")]
    [InlineData("--web.listen-address=nonsense", "passthru-exporter: --web.listen-address: 'nonsense' is no address to listen on: HOST:PORT, :PORT or unix:/path")]
    [InlineData("--web.telemetry-path=metrics", "passthru-exporter: --web.telemetry-path: 'metrics' is no path below /")]
    [InlineData("--path.rootfs=/no/such/host", "passthru-exporter: /no/such/host: no such file or directory")]
    public void What_cannot_be_started_is_one_line_and_1(string argument, string line)
    {
        var (code, _, errors) = Run(argument);
        Assert.Equal(1, code);
        Assert.Equal(line + "\n", errors);
    }

    /// <summary>Their 1 has a meaning of its own: warnings, something changed.</summary>
    [Theory]
    [InlineData("check", "--formt=json")]
    [InlineData("check", "--path.rootfs=/no/such/host")]
    [InlineData("check", "--config.file=/no/such/file")]
    [InlineData("plan", "01:00.0", "--path.rootfs=/no/such/host")]
    [InlineData("plan")]
    [InlineData("baseline", "diff", "--formt=json")]
    [InlineData("baseline", "diff", "--path.rootfs=/no/such/host")]
    [InlineData("--log.level=warn", "baseline", "diff", "--config.file=/no/such/file")]
    public void What_judges_and_cannot_look_is_3(params string[] arguments)
    {
        var (code, _, errors) = Run(arguments);
        Assert.Equal(3, code);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("use-ext4-nvme", "03:00.0", 0)]
    [InlineData("use-ext4-nvme", "nvme0n1", 2)]
    [InlineData("use-zfs-unknown", "00:17.0", 3)]
    public void A_plan_says_by_its_code_whether_the_device_may_go(string host, string device, int expected)
    {
        var (code, output, _) = Run("plan", device, $"--path.rootfs={hosts.Root(host)}");
        Assert.Equal(expected, code);
        Assert.Contains("go", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("05:1f.7", "no device here is 05:1f.7")]
    [InlineData("nvme0n2", "no device here is nvme0n2, did you mean nvme0n1?")]
    public void A_device_that_is_not_here_is_one_line_and_3(string device, string line)
    {
        var (code, _, errors) = Run("plan", device, "--log.level=error", $"--path.rootfs={hosts.Root("use-ext4-nvme")}");
        Assert.Equal((3, $"passthru-exporter: {line}\n"), (code, errors));
    }

    [Fact]
    public void A_root_without_sysfs_is_named()
    {
        using var empty = new TemporaryDirectory();
        var (code, _, errors) = Run("metrics", $"--path.rootfs={empty.Path}");
        Assert.Equal(1, code);
        Assert.Equal($"passthru-exporter: {empty.Path}/sys: no sysfs there\n", errors);
    }

    [Fact]
    public void The_version_tells_the_revision()
    {
        var (code, output, _) = Run("--version");
        Assert.Equal(0, code);
        Assert.Matches(@"^passthru-exporter, version \d+\.\d+\.\d+ \(revision: \w+\)\n$", output);
    }

    [Fact]
    public void The_topology_has_three_forms_and_no_other()
    {
        var (code, _, errors) = Run("topology", "--format=html");
        Assert.Equal((1, "passthru-exporter: --format: 'html' is not one of its values: text, json, markdown\n"), (code, errors));
    }

    [Fact]
    public void A_capture_replaces_no_file()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("host.tar.gz", "mine");
        var (code, _, errors) = Run("capture", file, $"--path.rootfs={hosts.Root("vmd")}");
        Assert.Equal((1, $"passthru-exporter: {file}: is there already; give another name\n"), (code, errors));
        Assert.Equal("mine", File.ReadAllText(file));
    }

    [Fact]
    public void A_capture_says_what_it_wrote()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "host.tar.gz");
        var (code, _, errors) = Run("capture", file, $"--path.rootfs={hosts.Root("vmd")}");
        Assert.Equal(0, code);
        Assert.Contains($"wrote {file}, ", errors, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Baseline_alone_says_what_it_takes()
    {
        var (code, output, _) = Run("baseline");
        Assert.Equal(0, code);
        Assert.All(["accept", "diff"], verb => Assert.Contains(verb, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_says_one_line_when_it_is_to_be_quiet()
    {
        var (code, output, _) = Run("check", "--quiet", $"--path.rootfs={hosts.Root("own-pve-nic-lost")}");
        Assert.Equal(2, code);
        Assert.Matches(@"^[^\n]*: 1 critical, 1 note[^\n]*\.\n$", output);
    }

    [Fact]
    public void Help_names_every_command()
    {
        var (code, output, _) = Run("--help");
        Assert.Equal(0, code);
        Assert.All(["serve", "metrics", "topology", "capture", "--path.rootfs", "--web.listen-address"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_are_written_to_a_file_as_a_whole()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("passthru.prom", "old");
        var (code, output, errors) = Run("metrics", $"--path.rootfs={hosts.Root("vmd")}", $"--output={file}");
        Assert.Equal((0, "", ""), (code, output, errors));
        Assert.StartsWith("# HELP passthru_iommu_enabled", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.DoesNotContain("process_", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(directory.Path));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_one_line_and_1()
    {
        var (code, _, errors) = Run("metrics", $"--path.rootfs={hosts.Root("vmd")}", "--output=/no/such/directory/x.prom");
        Assert.Equal(1, code);
        Assert.Contains("/no/such/directory", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Trouble_with_a_source_is_told_and_is_no_failure()
    {
        using var directory = new TemporaryDirectory();
        var (code, _, errors) = Run("metrics", $"--path.rootfs={hosts.Root("dying-device")}", $"--output={directory.Path}/x.prom");
        Assert.Equal(0, code);
        Assert.Contains("0000:04:00.0/class", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_that_is_not_given_comes_from_the_environment()
    {
        Environment.SetEnvironmentVariable("PASSTHRU_PATH_ROOTFS", "/from/the/environment");
        try
        {
            Assert.Equal("passthru-exporter: /from/the/environment: no such file or directory\n", Run("metrics").Errors);
            Assert.Equal("passthru-exporter: /from/the/flag: no such file or directory\n", Run("metrics", "--path.rootfs=/from/the/flag").Errors);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PASSTHRU_PATH_ROOTFS", null);
        }
    }

    [Fact]
    public void A_value_in_the_environment_that_is_none_names_the_variable()
    {
        Environment.SetEnvironmentVariable("PASSTHRU_LOG_LEVEL", "loud");
        try
        {
            Assert.Equal("passthru-exporter: PASSTHRU_LOG_LEVEL: 'loud' is not one of its values: debug, info, warn, error\n", Run("metrics").Errors);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PASSTHRU_LOG_LEVEL", null);
        }
    }

    [Fact]
    public void A_collector_that_is_off_leaves_its_families_out()
    {
        using var directory = new TemporaryDirectory();
        Run("metrics", $"--path.rootfs={hosts.Root("vmd")}", "--no-collector.pci", $"--output={directory.Path}/x.prom");
        var page = File.ReadAllText($"{directory.Path}/x.prom");
        Assert.DoesNotContain("passthru_device", page, StringComparison.Ordinal);
        Assert.DoesNotContain("collector=\"pci\"", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_group_devices", page, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        var (stdout, stderr) = (Console.Out, Console.Error);
        var (output, errors) = (new StringWriter(), new StringWriter());
        Console.SetOut(output);
        Console.SetError(errors);
        try
        {
            return (Program.Main(arguments), output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(stdout);
            Console.SetError(stderr);
        }
    }
}
