using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>What a release has beside the Debian package. The whole of it, for both architectures, is made by <c>deploy/release.sh</c>.</summary>
public sealed partial class ReleaseTests
{
    private static readonly string Version = XDocument.Load(Path.Join(Golden.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;

    private static readonly bool IsArm = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64;

    private static readonly string Deb = Artifact($"deb/passthru-exporter_{Version}_{(IsArm ? "arm64" : "amd64")}.deb");
    private static readonly string Rpm = Artifact($"rpm/passthru-exporter-{Version}-1.{(IsArm ? "aarch64" : "x86_64")}.rpm");
    private static readonly string Spec = Artifact($"rpm/{(IsArm ? "aarch64" : "x86_64")}/passthru-exporter.spec");
    private static readonly string Tarball = Artifact($"tarball/passthru-exporter-{Version}-linux-{(IsArm ? "arm64" : "amd64")}.tar.gz");

    [Fact]
    public async Task Rpmlint_has_nothing_to_say_of_package_and_spec()
    {
        Tools.SkipWithout(Rpm);
        var (code, said) = await Tools.Run("", "rpmlint", "--config", InRepository("deploy/rpm/rpmlint.toml"), Rpm, Spec);
        Assert.Contains("0 errors, 0 warnings", said, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    /// <summary>Debian has a directory of its own for zsh, the text of the license, and for what lintian and the change log want.</summary>
    [Fact]
    public async Task The_rpm_has_the_files_of_the_Debian_package_at_the_same_places()
    {
        Tools.SkipWithout(Rpm);
        var rpm = Lines((await Tools.Run("", "rpm", "-qp", "--nosignature", "--qf", "[%{FILEMODES:perms} %{FILENAMES}\n]", Rpm)).Said)
            .Where(line => line[0] == '-').Select(line => line.Split(' ', 2)[1].Replace("/zsh/site-functions/", "/zsh/vendor-completions/", StringComparison.Ordinal));
        var deb = Lines((await Tools.Run("", "dpkg-deb", "--contents", Deb)).Said)
            .Where(line => line[0] == '-').Select(line => line[(line.IndexOf(" ./", StringComparison.Ordinal) + 2)..])
            .Select(file => file.StartsWith("/lib/", StringComparison.Ordinal) ? "/usr" + file : file);
        Assert.Equal(
            deb.Where(file => !file.StartsWith("/usr/share/lintian/", StringComparison.Ordinal) && !DebianOnly().IsMatch(file)).Order(StringComparer.Ordinal),
            rpm.Where(file => !file.StartsWith("/usr/share/licenses/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_tarball_has_everything_and_tells_nothing_of_who_made_it()
    {
        Tools.SkipWithout(Tarball);
        var (_, listing) = await Tools.Run("", "tar", "-tvf", Tarball, "--numeric-owner", "--full-time");
        var lines = Lines(listing);
        Assert.All(lines, line => Assert.Matches($"^[-d]rw[-x]r-[-x]r-[-x] 0/0 .* passthru-exporter-{Regex.Escape(Version)}/", line));
        Assert.Single(lines.Select(line => DateAndTime().Match(line).Value).Distinct());

        var files = lines.Select(line => line[(line.IndexOf(" passthru-exporter-", StringComparison.Ordinal) + 1)..]).Select(file => file[(file.IndexOf('/', StringComparison.Ordinal) + 1)..]).ToHashSet();
        string[] wanted =
        [
            "passthru-exporter", "install.sh", "passthru-exporter.service", "passthru-exporter.socket", "LICENSE", "COPYRIGHT", "ansible/site.yml",
            .. Shipped("alerts", "*.rules.yml"), "alerts/tune.sh", "alerts/tuning.conf", "alerts/passthru.rules.template.yml", .. Shipped("alerts/runbooks", "*.md"), .. Shipped("dashboards", "*.json"),
        ];
        Assert.Superset(wanted.ToHashSet(), files);
    }

    /// <summary>Everything that the program is compiled of, and nothing that only compiles it.</summary>
    [Fact]
    public async Task The_bill_of_materials_names_each_package_in_its_version()
    {
        var file = Artifact($"sbom/passthru-exporter-{Version}.cdx.json");
        Tools.SkipWithout(file);
        var bom = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        var components = bom["components"]!.AsArray().Select(component => $"{component!["name"]} {component["version"]}").ToHashSet();
        var packages = XDocument.Load(InRepository("Directory.Packages.props")).Descendants("ItemGroup")
            .Where(group => ((string?)group.Attribute("Label"))?.StartsWith("Passthru.", StringComparison.Ordinal) ?? false)
            .SelectMany(group => group.Elements()).Select(package => $"{package.Attribute("Include")!.Value} {package.Attribute("Version")!.Value}");

        Assert.Equal(packages.Order(StringComparer.Ordinal), components.Where(name => !name.StartsWith("Microsoft.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains(components, name => name.StartsWith("Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64 10.", StringComparison.Ordinal));
        Assert.Contains(components, name => name.StartsWith("Microsoft.AspNetCore.App.Runtime.linux-arm64 10.", StringComparison.Ordinal));
        Assert.Equal("passthru-exporter", (string?)bom["metadata"]!["component"]!["name"]);

        var known = bom["components"]!.AsArray().Select(component => (string?)component!["bom-ref"]).Append((string?)bom["metadata"]!["component"]!["bom-ref"]).ToHashSet();
        Assert.All(bom["dependencies"]!.AsArray(), dependency => Assert.Superset(dependency!["dependsOn"]?.AsArray().Select(it => (string?)it).Append((string?)dependency["ref"]).ToHashSet() ?? [], known));
    }

    [Fact]
    public async Task Arch_makes_its_package_of_the_tarball()
    {
        Tools.SkipWithout(Tarball);
        Tools.SkipWithout("makepkg");
        var (code, said) = await Tools.Run("", InRepository("tests/packaging/aur.sh"), Tarball);
        Assert.True(code == 0, said);
        Assert.Contains($"pkgver = {Version}-1\n", said, StringComparison.Ordinal);
        Assert.Contains("backup = etc/default/passthru-exporter\n", said, StringComparison.Ordinal);
        Assert.Matches(@"-rwxr-xr-x root/root +\d+ \S+ \S+ usr/bin/passthru-exporter\n", said);
        Assert.Contains(" usr/lib/systemd/system/passthru-exporter.service\n", said, StringComparison.Ordinal);
    }

    /// <summary>Ansible, the tarball's own script and rpm, in a Debian of their own; every line that begins with "not ok" is a failure.</summary>
    [Fact]
    public async Task Tarball_rpm_and_Ansible_install_run_and_take_away()
    {
        foreach (var package in (string[])[Deb, Rpm, Tarball, "systemd-nspawn", "promtool"])
        {
            Tools.SkipWithout(package);
        }

        Assert.SkipUnless(Environment.UserName == "root", "only root may boot a container");
        var (code, said) = await Tools.Run("", InRepository("tests/packaging/others.sh"), Deb, Rpm, Tarball);
        Assert.SkipWhen(code == 77, $"no container can be booted here: {said}");
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task The_shell_scripts_of_a_release_are_in_order()
    {
        string[] scripts = [.. Directory.GetFiles(InRepository("deploy"), "*.sh", SearchOption.AllDirectories), .. Directory.GetFiles(InRepository("tests/packaging"), "*.sh")];
        Assert.Equal((0, ""), await Tools.Run("", "shellcheck", ["--severity=warning", "--shell=bash", .. scripts]));
    }

    [Theory]
    [InlineData]
    [InlineData("0.2")]
    [InlineData("v0.2.0")]
    [InlineData("0.2.0-rc1")]
    public async Task A_release_has_a_version_of_three_numbers(params string[] arguments)
    {
        var (code, said) = await Tools.Run("", InRepository("deploy/release.sh"), arguments);
        Assert.Equal(2, code);
        Assert.StartsWith("usage: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_has_the_version_of_the_program() =>
        Assert.Contains($"\nversion: {Version}\nappVersion: {Version}\n", File.ReadAllText(InRepository("deploy/kubernetes/helm/passthru-exporter/Chart.yaml")), StringComparison.Ordinal);

    private static string Artifact(string file) => Path.Join(Golden.Repository, "artifacts", file);

    private static string InRepository(string file) => Path.Join(Golden.Repository, file);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Shipped(string directory, string pattern) =>
        Directory.GetFiles(InRepository(directory), pattern).Select(file => $"{directory}/{Path.GetFileName(file)}");

    [GeneratedRegex("^/usr/share/doc/passthru-exporter/(changelog.gz|copyright)$")]
    private static partial Regex DebianOnly();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")]
    private static partial Regex DateAndTime();
}
