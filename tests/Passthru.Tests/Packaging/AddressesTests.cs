using System.Text.RegularExpressions;
using System.Xml.Linq;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>Where the project lives and who answers for it: one setting, whatever repeats it.</summary>
public sealed partial class AddressesTests
{
    private static readonly XDocument Properties = XDocument.Load(Path.Join(Golden.Repository, "Directory.Build.props"));

    private static readonly string Homepage = Properties.Descendants("RepositoryUrl").Single().Value;

    private static readonly string Maintainer = Properties.Descendants("Authors").Single().Value;

    /// <summary>What is shipped or read by people; captures and what is built are not.</summary>
    private static readonly string[] Places = ["alerts", "dashboards", "deploy", ".github", "src", "tests/Passthru.Tests", "README.md", "Directory.Build.props", "Dockerfile"];

    [Fact]
    public void Every_address_of_the_project_is_the_one_that_is_set()
    {
        var found = Files(Golden.Repository).SelectMany(file => Addresses().Matches(File.ReadAllText(file)).Select(match => (File: file, match.Value))).ToList();
        Assert.Contains(found, address => address.File.EndsWith("alerts/passthru.rules.yml", StringComparison.Ordinal));
        Assert.Contains(found, address => address.File.EndsWith("Chart.yaml", StringComparison.Ordinal));
        Assert.All(found, address => Assert.True(address.Value == Homepage || Maintainer.Contains($"<{address.Value}>", StringComparison.Ordinal), $"{address.File}: {address.Value}"));
    }

    [Fact]
    public async Task The_packages_bear_what_is_set()
    {
        var deb = Directory.GetFiles(Path.Join(Golden.Repository, "artifacts/deb"), "*.deb").FirstOrDefault() ?? "artifacts/deb/passthru-exporter.deb";
        Tools.SkipWithout(deb);
        Assert.Equal((0, $"Maintainer: {Maintainer}\nHomepage: {Homepage}\n"), await Tools.Run("", "dpkg-deb", "--field", deb, "Maintainer", "Homepage"));

        var rpm = Directory.GetFiles(Path.Join(Golden.Repository, "artifacts/rpm"), "*.rpm").First();
        Assert.Equal((0, $"{Maintainer}\n{Homepage}\n"), await Tools.Run("", "rpm", "-qp", "--nosignature", "--qf", "%{PACKAGER}\n%{URL}\n", rpm));
    }

    /// <summary>In a copy of all that ships: afterwards nothing knows the old ones, and the rules are still what tune.sh makes.</summary>
    [Fact]
    public async Task One_command_sets_them_everywhere()
    {
        using var directory = new TemporaryDirectory();
        foreach (var file in Files(Golden.Repository).Where(file => !file.Contains("/src/", StringComparison.Ordinal)))
        {
            var copy = Path.Join(directory.Path, Path.GetRelativePath(Golden.Repository, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var script = Path.Join(directory.Path, "deploy/addresses.sh");
        const string homepage = "https://git.example.org/virt/exporter", maintainer = "Virtualization Team <virt@example.org>";
        Assert.Equal((0, ""), await Tools.Run("", "bash", script, homepage, maintainer));
        Assert.Equal((0, $"{homepage}\n{maintainer}\n"), await Tools.Run("", "bash", script));
        Assert.All(Files(directory.Path), file => Assert.DoesNotMatch(Addresses(), File.ReadAllText(file)));
        Assert.Equal((0, ""), await Tools.Run("", "sh", Path.Join(directory.Path, "alerts/tune.sh"), "--check"));
        Assert.Contains($"{homepage}/blob/main/alerts/runbooks/", await File.ReadAllTextAsync(Path.Join(directory.Path, "dashboards/host.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://git.example.org/a", "A <a@b>")]
    [InlineData("https://git.example.org/a b", "A <a@b>")]
    [InlineData("https://git.example.org/a", "a@b")]
    [InlineData("https://git.example.org/a", "A & B <a@b>")]
    public async Task What_is_no_address_changes_nothing(string homepage, string maintainer)
    {
        var before = await File.ReadAllTextAsync(Path.Join(Golden.Repository, "Directory.Build.props"), TestContext.Current.CancellationToken);
        Assert.Equal(2, (await Tools.Run("", "bash", Path.Join(Golden.Repository, "deploy/addresses.sh"), homepage, maintainer)).Code);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Join(Golden.Repository, "Directory.Build.props"), TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> Files(string root) => Places.Select(place => Path.Join(root, place))
        .SelectMany(path => Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : File.Exists(path) ? [path] : [])
        .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal) && !Binary().IsMatch(file) && new FileInfo(file).LinkTarget is null);

    /// <summary>A repository of this project's name, or an address for mail to it.</summary>
    [GeneratedRegex(@"https://[a-z.]+/[\w-]+/passthru-exporter(?=[/""'\s<\])]|$)|[\w.]+@passthru-exporter[\w.-]*\w", RegexOptions.Multiline)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"\.(png|gz|xz|zst)$")]
    private static partial Regex Binary();
}
