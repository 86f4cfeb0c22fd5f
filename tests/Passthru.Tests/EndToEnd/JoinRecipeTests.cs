using System.Text;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>The joins that the reference recommends, evaluated by Prometheus's own engine.</summary>
public sealed class JoinRecipeTests
{
    private static readonly string[] Ours =
    [
        """passthru_vm_running{vm="110",platform="proxmox",instance="kvm1",job="passthru"} 1""",
        """passthru_vm_running{vm="win11",platform="libvirt",instance="kvm1",job="passthru"} 1""",
        """passthru_device_ownership_mismatch{device="0000:01:00.0",instance="kvm1",job="passthru"} 1""",
        """passthru_reservation_info{device="0000:01:00.0",group="7",kind="gpu",model="GPU",driver="nvidia",source="config",vm="110",instance="kvm1",job="passthru"} 1""",
        """passthru_vm_device_info{vm="110",platform="proxmox",device="0000:01:00.0",slot="hostpci0",instance="kvm1",job="passthru"} 1""",
        """passthru_device_driver_info{device="0000:01:00.0",driver="nvidia",owner="host",instance="kvm1",job="passthru"} 1""",
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, JoinRecipes.All.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public async Task A_recipe_finds_what_it_promises(int index)
    {
        var recipe = JoinRecipes.All[index];
        using var directory = new TemporaryDirectory();
        var file = directory.Write("join.test.yml", Test(recipe));

        Assert.Equal((0, "SUCCESS"), await Passed(file));

        async Task<(int, string)> Passed(string test)
        {
            var (code, said) = await Tools.Run("", "promtool", "test", "rules", test);
            return (code, code == 0 ? "SUCCESS" : said);
        }
    }

    /// <summary>How many series come out is asked for, not their labels: a recipe that finds nothing gives none.</summary>
    private static string Test(JoinRecipes.Recipe recipe)
    {
        var text = new StringBuilder("evaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n");
        foreach (var series in Ours.Append(recipe.Series).Where(series => series.Length > 0))
        {
            var space = series.LastIndexOf(' ');
            var values = series[(space + 1)..];
            text.Append($"      - series: '{series[..space]}'\n        values: '{(values.Contains('x', StringComparison.Ordinal) ? values : $"{values}+0x20")}'\n");
        }

        var query = string.Join(' ', recipe.Query.Split('\n', StringSplitOptions.TrimEntries));
        return text.Append("    promql_expr_test:\n")
            .Append($"      - expr: 'count({query})'\n        eval_time: 10m\n        exp_samples:\n          - labels: '{{}}'\n            value: 1\n").ToString();
    }
}
