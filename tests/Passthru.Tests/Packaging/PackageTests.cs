using System.Text.RegularExpressions;
using System.Xml.Linq;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>The Debian package that <c>deploy/deb/build.sh</c> made of the published program.</summary>
public sealed partial class PackageTests
{
    private static readonly string Version =
        XDocument.Load(Path.Join(Golden.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;

    private static readonly string Architecture =
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    private static readonly string Package = Path.Join(Golden.Repository, $"artifacts/deb/passthru-exporter_{Version}_{Architecture}.deb");

    [Fact]
    public async Task Lintian_has_neither_errors_nor_warnings()
    {
        Tools.SkipWithout(Package);
        Assert.Equal((0, ""), await Tools.Run("", "lintian", "--fail-on", "error,warning", "--allow-root", Package));
    }

    [Fact]
    public async Task It_holds_program_units_texts_rules_and_dashboards()
    {
        Tools.SkipWithout(Package);
        var (_, listing) = await Tools.Run("", "dpkg-deb", "--contents", Package);
        var files = listing.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('d')).Select(line => line[(line.IndexOf(" ./", StringComparison.Ordinal) + 2)..]).ToHashSet();

        Assert.Superset(
            new HashSet<string>
            {
                "/usr/bin/passthru-exporter",
                "/lib/systemd/system/passthru-exporter.service",
                "/lib/systemd/system/passthru-exporter.socket",
                "/usr/lib/sysusers.d/passthru-exporter.conf",
                "/etc/default/passthru-exporter",
                "/usr/share/man/man8/passthru-exporter.8.gz",
                "/usr/share/bash-completion/completions/passthru-exporter",
                "/usr/share/zsh/vendor-completions/_passthru-exporter",
                "/usr/share/doc/passthru-exporter/changelog.gz",
                "/usr/share/doc/passthru-exporter/copyright",
                "/usr/share/doc/passthru-exporter/examples/config.yml",
                "/usr/share/doc/passthru-exporter/examples/listen-directly.conf",
                "/usr/share/doc/passthru-exporter/examples/prometheus.yml",
                "/usr/share/doc/passthru-exporter/examples/targets/passthru.yml",
                "/usr/share/passthru-exporter/alerts/passthru.rules.template.yml",
                "/usr/share/passthru-exporter/alerts/tune.sh",
                "/usr/share/passthru-exporter/alerts/tuning.conf",
            },
            files);
        AssertShipped(files, "alerts", "*.rules.yml");
        AssertShipped(files, "alerts/runbooks", "*.md");
        AssertShipped(files, "dashboards", "*.json");
        Assert.All(listing.Split('\n').Where(line => line.Length > 0), line => Assert.Matches("^[-d]rw[-x]r-[-x]r-[-x] root/root ", line));
    }

    [Fact]
    public async Task The_settings_of_the_service_are_kept_as_the_administrator_changes_them()
    {
        Tools.SkipWithout(Package);
        Assert.Equal((0, "/etc/default/passthru-exporter\n"), await Tools.Run("", "dpkg-deb", "--info", Package, "conffiles"));
    }

    /// <summary>Debian 12 has 2.36, Debian 11 2.31.</summary>
    [Fact]
    public async Task The_program_needs_no_later_c_library_than_the_package_says()
    {
        var (_, depends) = await Tools.Run("", "dpkg-deb", "--field", Package, "Depends");
        var said = System.Version.Parse(LibcOf().Match(depends).Groups[1].Value);
        var (_, symbols) = await Tools.Run("", "objdump", "-T", Published.Binary);
        Assert.Equal(said, GlibcOf().Matches(symbols).Max(match => System.Version.Parse(match.Groups[1].Value)));
    }

    /// <summary>Else two builds of one commit would differ.</summary>
    [Fact]
    public void The_program_does_not_know_where_it_was_built()
    {
        Tools.SkipWithout(Published.Binary);
        Assert.Equal(-1, File.ReadAllBytes(Published.Binary).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Golden.Repository)));
    }

    [Fact]
    public async Task The_example_of_a_configuration_is_taken()
    {
        var (code, _, errors) = await Published.Run("metrics", $"--path.rootfs={Path.Join(Golden.Repository, "tests/hosts/vm-intel/host.tar.gz")}", "--log.level=error", $"--config.file={Path.Join(Golden.Repository, "deploy/deb/config.example.yml")}");
        Assert.Equal((0, ""), (code, errors));
    }

    /// <summary>Installs it in a Debian of its own and lets systemd run it; every line that begins with "not ok" is a failure.</summary>
    [Fact]
    public async Task It_installs_runs_upgrades_and_purges()
    {
        Tools.SkipWithout(Package);
        Tools.SkipWithout("systemd-nspawn");
        Assert.SkipUnless(Environment.UserName == "root", "only root may boot a container");
        var (code, said) = await Tools.Run("", Path.Join(Golden.Repository, "tests/packaging/install.sh"), Package);
        Assert.SkipWhen(code == 77, $"no container can be booted here: {said}");
        Assert.True(code == 0, said);
    }

    private static void AssertShipped(HashSet<string> files, string directory, string pattern)
    {
        var source = Path.Join(Golden.Repository, directory);
        Assert.All(
            Directory.Exists(source) ? Directory.GetFiles(source, pattern) : [],
            file => Assert.Contains($"/usr/share/passthru-exporter/{directory}/{Path.GetFileName(file)}", files));
    }

    [GeneratedRegex(@"libc6 \(>= ([0-9.]+)\)")]
    private static partial Regex LibcOf();

    [GeneratedRegex(@"GLIBC_([0-9]+\.[0-9]+)")]
    private static partial Regex GlibcOf();
}
