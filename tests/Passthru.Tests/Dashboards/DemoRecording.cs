using System.Globalization;
using System.Text;
using Passthru.Tests.Alerts;

namespace Passthru.Tests.Dashboards;

/// <summary>What the shipped rules make of a history that is already written: recorded series, and alerts as Prometheus tells of them.</summary>
internal static class DemoRecording
{
    /// <summary>Rules that stand on others are evaluated once those are written, which Prometheus sees when it starts.</summary>
    public static async Task Write(string data, Moments hours, Moments days)
    {
        var fleet = RuleFile.Capacity.All.ToHashSet();
        var remaining = RuleFile.Capacity.All.Concat(RuleFile.Shipped.All).ToList();
        while (remaining.Count > 0)
        {
            var waiting = remaining.Select(rule => rule.Record).OfType<string>().ToHashSet();
            var ready = remaining.Where(rule => !PromQl.Selectors(rule.Expr).Any(it => waiting.Contains(it.Metric))).ToList();
            Assert.NotEmpty(ready);
            var samples = new StringBuilder();
            using (var prometheus = await DemoPrometheus.On(data))
            {
                foreach (var rule in ready)
                {
                    await Evaluate(prometheus, rule, hours, samples);
                    if (fleet.Contains(rule))
                    {
                        await Evaluate(prometheus, rule, days, samples);
                    }
                }
            }

            await DemoFleet.Store(data, samples);
            remaining.RemoveAll(ready.Contains);
        }
    }

    private static async Task Evaluate(Daemon prometheus, Rule rule, Moments times, StringBuilder samples)
    {
        foreach (var series in await DemoPrometheus.Range(prometheus, rule.Expr, times))
        {
            var labels = series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);
            labels.Remove("__name__");
            foreach (var (name, value) in rule.Labels)
            {
                labels[name] = value;
            }

            if (rule.Alert is not null)
            {
                labels["alertname"] = rule.Alert;
                labels["alertstate"] = "firing";
            }

            var text = string.Join(',', labels.Select(label => $"{label.Key}=\"{Escaped(label.Value)}\""));
            foreach (var sample in series.GetProperty("values").EnumerateArray())
            {
                var value = rule.Alert is null ? sample[1].GetString() : "1";
                samples.Append(CultureInfo.InvariantCulture, $"{rule.Record ?? "ALERTS"}{{{text}}} {value} {sample[0].GetDouble()}\n");
            }
        }
    }

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
