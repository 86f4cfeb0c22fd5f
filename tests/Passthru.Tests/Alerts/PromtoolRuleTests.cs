using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>What Prometheus's own tool says of the rules, and the unit tests that it runs.</summary>
public sealed class PromtoolRuleTests
{
    public static TheoryData<string> Files => [.. RuleCases.Files.Select(file => Path.GetFileName(file))];

    [Theory]
    [InlineData("passthru.rules.yml")]
    [InlineData("passthru-capacity.rules.yml")]
    public async Task The_rules_load_as_they_are(string file)
    {
        var (code, said) = await Tools.Run("", "promtool", "check", "rules", "--lint=all", "--lint-fatal", Path.Join(Golden.Repository, "alerts", file));
        Assert.True(code == 0, said);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Their_unit_tests_pass(string file)
    {
        var (code, said) = await Tools.Run("", "promtool", "test", "rules", Path.Join(Golden.Repository, "alerts/tests", file));
        Assert.True(code == 0, said);
    }
}
