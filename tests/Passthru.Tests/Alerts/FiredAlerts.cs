using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

internal sealed record FiredAlert(string Host, string Name, string Severity, string Description);

/// <summary>
/// What fires on hosts whose pages are given, in a real Prometheus with the shipped rules, none of which waits. All hosts at once:
/// each page becomes the last two minutes of a host that was booted yesterday and has been watched for half an hour, in
/// which it had no AER errors. What its counters and its kernel log show has just happened.
/// </summary>
internal static class FiredAlerts
{
    public static async Task<IReadOnlyList<FiredAlert>> On(IReadOnlyDictionary<string, string> pages)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("passthru.rules.yml", await new Tuning().AtOnce().Rules());
        var config = directory.Write("prometheus.yml", "rule_files: [passthru.rules.yml]\n");
        var data = Path.Join(directory.Path, "data");
        var history = directory.Write("history.om", History(pages, DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        var (code, said) = await Tools.Run("", "promtool", "tsdb", "create-blocks-from", "openmetrics", history, data);
        Assert.True(code == 0, said);
        using var prometheus = await Daemon.Prometheus(config, data, Published.FreePort());
        await Evaluated(prometheus);
        return await Firing(prometheus);
    }

    private static string History(IReadOnlyDictionary<string, string> pages, long now)
    {
        var text = new StringBuilder();
        foreach (var (host, page) in pages)
        {
            var target = $"job=\"passthru\",instance=\"{host}\"";
            for (var before = 30; before >= 0; before--)
            {
                text.Append(CultureInfo.InvariantCulture, $"up{{{target}}} 1 {now - 60 * before}\n");
            }

            foreach (var line in PageLine.Of(page))
            {
                if (line.Name == "passthru_device_aer_errors_total")
                {
                    text.Append(CultureInfo.InvariantCulture, $"{line.Series(host)} 0 {now - 300}\n");
                }

                var value = line.Name switch
                {
                    "passthru_host_boot_time_seconds" => $"{now - 86400}",
                    "passthru_kernel_event_last_timestamp_seconds" => $"{now - 60}",
                    _ => line.Value,
                };
                for (var before = 2; before >= 0; before--)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{line.Series(host)} {value} {now - 60 * before}\n");
                }
            }
        }

        return text.Append("# EOF\n").ToString();
    }

    /// <summary>Waits until every rule has been evaluated twice: the alerts that stand on a recorded series see it the second time.</summary>
    private static async Task Evaluated(Daemon prometheus)
    {
        var attempt = Stopwatch.StartNew();
        var first = DateTimeOffset.MaxValue;
        while (true)
        {
            var rules = await prometheus.Client.GetFromJsonAsync<JsonElement>("/api/v1/rules", TestContext.Current.CancellationToken);
            var times = rules.GetProperty("data").GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("lastEvaluation").GetDateTimeOffset()).ToList();
            if (times.Count > 0 && times.Min() > DateTimeOffset.UnixEpoch && first == DateTimeOffset.MaxValue)
            {
                first = times.Max();
            }

            if (times.Count > 0 && times.Min() > first)
            {
                return;
            }

            Assert.True(attempt.Elapsed < TimeSpan.FromMinutes(1), "the rules are not evaluated");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<IReadOnlyList<FiredAlert>> Firing(Daemon prometheus)
    {
        var answer = await prometheus.Client.GetFromJsonAsync<JsonElement>("/api/v1/alerts", TestContext.Current.CancellationToken);
        return [.. from alert in answer.GetProperty("data").GetProperty("alerts").EnumerateArray()
                   where alert.GetProperty("state").GetString() == "firing"
                   let labels = alert.GetProperty("labels")
                   select new FiredAlert(
                       labels.TryGetProperty("instance", out var host) ? host.GetString()! : "",
                       labels.GetProperty("alertname").GetString()!,
                       labels.GetProperty("severity").GetString()!,
                       alert.GetProperty("annotations").GetProperty("description").GetString()!)];
    }
}
