using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>What Prometheus's own tool says of the rules, and the unit tests that it runs.</summary>
public sealed class PromtoolRuleTests
{
    public static TheoryData<string, string> FilesAndTools => [.. from file in RuleCases.Files from tool in (string[])["promtool", Newer.Promtool] select new TheoryDataRow<string, string>(Path.GetFileName(file), tool)];

    [Theory]
    [InlineData("passthru.rules.yml", "promtool")]
    [InlineData("passthru-capacity.rules.yml", "promtool")]
    [InlineData("passthru.rules.yml", Newer.Promtool)]
    [InlineData("passthru-capacity.rules.yml", Newer.Promtool)]
    public async Task The_rules_load_as_they_are(string file, string tool)
    {
        var (code, said) = await Tools.Run("", Newer.Path(tool), "check", "rules", "--lint=all", "--lint-fatal", Path.Join(Golden.Repository, "alerts", file));
        Assert.True(code == 0, said);
    }

    [Theory]
    [MemberData(nameof(FilesAndTools))]
    public async Task Their_unit_tests_pass(string file, string tool)
    {
        var (code, said) = await Tools.Run("", Newer.Path(tool), "test", "rules", Path.Join(Golden.Repository, "alerts/tests", file));
        Assert.True(code == 0, said);
    }
}
