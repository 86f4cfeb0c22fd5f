using System.Text.RegularExpressions;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

public sealed class TuningTests
{
    [Fact]
    public async Task The_rules_that_ship_are_what_the_template_and_the_settings_make() =>
        Golden.Check("alerts/passthru.rules.yml", await new Tuning().Rules());

    [Fact]
    public async Task So_are_the_recording_rules()
    {
        var (code, said) = await Tools.Run("", "sh", Path.Join(Golden.Repository, "alerts/tune.sh"), "--capacity");
        Assert.Equal(0, code);
        Golden.Check("alerts/passthru-capacity.rules.yml", said);
    }

    [Theory]
    [InlineData("site,instance", "on (site, instance, device)", "count by (site, job)", "site=%q,instance=%q")]
    [InlineData("instance", "on (instance, device)", "count by (job)", "{instance=%q")]
    public async Task What_makes_a_host_one_is_one_setting(string labels, string join, string fleet, string lookup)
    {
        var rules = await new Tuning().Set("host_labels", labels).Rules();
        Assert.All((string[])[join, fleet, lookup], text => Assert.Contains(text, rules, StringComparison.Ordinal));
        Assert.DoesNotContain("cluster", rules, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site", "instance is not among them")]
    [InlineData("in-stance", "no label: in-stance")]
    public async Task Labels_of_a_host_are_labels(string labels, string why)
    {
        var (code, said) = await new Tuning().Set("host_labels", labels).Run();
        Assert.Equal(1, code);
        Assert.Contains($"host_labels: {why}", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_tells_whether_they_are() =>
        Assert.Equal((0, ""), await Tools.Run("", "sh", Path.Join(Golden.Repository, "alerts/tune.sh"), "--check"));

    [Fact]
    public async Task A_severity_changes()
    {
        var rules = RuleFile.Parse(await new Tuning().Column("PassthruAerErrors", 2, "critical").Rules());
        Assert.Equal("critical", rules.Alerts.Single(rule => rule.Alert == "PassthruAerErrors").Severity);
        Assert.Equal(1 + RuleFile.Shipped.Alerts.Count(rule => rule.Severity == "critical"), rules.Alerts.Count(rule => rule.Severity == "critical"));
    }

    [Fact]
    public async Task Times_change_and_appear_and_go()
    {
        var rules = RuleFile.Parse(await new Tuning()
            .Column("PassthruOwnershipLost/needed", 3, "45s").Column("PassthruOwnershipLost/needed", 4, "10m").Column("PassthruGroupStaleHolder", 3, "-").Rules());
        var lost = rules.Alerts.First(rule => rule.Alert == "PassthruOwnershipLost");
        Assert.Equal(("45s", "10m"), (lost.For, lost.KeepFiringFor));
        Assert.Null(rules.Alerts.Single(rule => rule.Alert == "PassthruGroupStaleHolder").For);
    }

    [Theory]
    [InlineData("PassthruAerErrors", "correctable=10", "correctable=77", "> 77")]
    [InlineData("PassthruAerErrors", "window=10m", "window=20m", "[20m]")]
    [InlineData("PassthruAerErrors", "correctable=10", "correctable=30", "> 30")]
    public async Task Thresholds_change(string rule, string before, string after, string seen)
    {
        var rules = RuleFile.Parse(await new Tuning().Replace($"^({rule} .*){before}", "${1}" + after).Rules());
        Assert.Contains(seen, rules.Alerts.Single(it => it.Alert == rule).Expr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_change()
    {
        var rules = await new Tuning().Set("job", "pci-.*").Set("runbook_url", "https://wiki.example.org/@alert@").Set("memory", "1h").Set("fast_interval", "30s").Rules();
        Assert.Contains("absent(up{job=~\"pci-.*\"})", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("passthru.*\"", rules, StringComparison.Ordinal);
        Assert.Contains("runbook_url: https://wiki.example.org/PassthruDmaFaults\n", rules, StringComparison.Ordinal);
        Assert.Contains("last_over_time(passthru_device_missing[1h])", rules, StringComparison.Ordinal);
        Assert.Equal("30s", RuleFile.Parse(rules).Groups[0].Interval);
    }

    public static TheoryData<string> Rows =>
        [.. Regex.Matches(File.ReadAllText(Path.Join(Golden.Repository, "alerts/tuning.conf")), @"^(Passthru\S+)", RegexOptions.Multiline).Select(match => match.Value)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Each_rule_can_be_switched_off_alone(string row)
    {
        var left = RuleFile.Parse(await new Tuning().Column(row, 1, "off").Rules());
        var name = row.Split('/')[0];
        Assert.Equal(RuleFile.Shipped.All.Count() - 1, left.All.Count());
        Assert.Equal(RuleFile.Shipped.Alerts.Count(rule => rule.Alert == name) - 1, left.Alerts.Count(rule => rule.Alert == name));
    }

    [Fact]
    public async Task Prometheus_takes_a_file_with_all_of_them_off()
    {
        var rules = await new Tuning().Replace(@"^(Passthru\S+\s+)on", "${1}off").Rules();
        using var directory = new TemporaryDirectory();
        var (code, said) = await Tools.Run("", "promtool", "check", "rules", directory.Write("rules.yml", rules));
        Assert.True(code == 0, said);
        Assert.Contains($"{RuleFile.Shipped.All.Count(rule => rule.Record is not null)} rules found", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "maybe", "neither on nor off")]
    [InlineData(2, "fatal", "no severity")]
    [InlineData(3, "soon", "no duration")]
    [InlineData(4, "5", "no duration")]
    public async Task A_value_that_makes_no_sense_is_refused(int column, string value, string why)
    {
        var (code, said) = await new Tuning().Column("PassthruOwnershipLost/needed", column, value).Run();
        Assert.Equal(1, code);
        Assert.Contains($"PassthruOwnershipLost/needed: {why}", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^PassthruGroupNotViable ", "PassthruGroupNotViabel ", "PassthruGroupNotViable is not in")]
    [InlineData("^(PassthruAerErrors.*)$", "$1\nPassthruNew on info - -", "PassthruNew is no rule of the template")]
    [InlineData("^memory .*$", "", "@memory@ has no value")]
    public async Task A_name_that_is_mistyped_is_refused(string pattern, string replacement, string why)
    {
        var (code, said) = await new Tuning().Replace(pattern, replacement).Run();
        Assert.Equal(1, code);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }
}
