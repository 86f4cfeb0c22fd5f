using System.Text;
using Passthru.Exporter.Metrics;

namespace Passthru.Tests.Support;

/// <summary>The reference page of the metrics, made from the table that the page itself is made from.</summary>
internal static class MetricsReference
{
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Metrics

            Made from the table in `Passthru.Exporter/Metrics/Families.cs`; a test compares the two.

            A fact that is not known has no sample: absence is never "no". Booleans are 0 or 1. `device` is the kernel's address
            (`0000:01:00.0`), `group` the kernel's group number, which is good for one boot only. Families marked ° cover endpoints
            that can be passed through to a VM (every kind but `other`) and the groups that hold one, unless `--collector.pci.all` is given.
            Virtual functions of an adapter of which nothing is on VFIO or claimed for it are the host's own, and not among them.


            """);
        foreach (var (section, families) in Families.Sections)
        {
            text.Append("## ").Append(section).Append("\n\n| family | type | labels | meaning |\n|---|---|---|---|\n");
            foreach (var family in families)
            {
                var labels = string.Join(", ", family.Labels.Select(label => $"`{label}`"));
                var mark = family.Covers == Coverage.Candidates ? " °" : "";
                text.Append($"| `{family.Name}`{mark} | {family.Type.ToString().ToLowerInvariant()} | {labels} | {family.Help} |\n");
            }

            text.Append('\n');
        }

        text.Append(SeriesTable.Markdown());
        text.Append("""
            ## Beside other exporters

            Tried with promtool in the tests. Over many hosts add the label that names the host to `on (…)`, so that each host meets its
            own; where the exporters listen on different ports, relabel `instance` to the host's name in the scrape configuration.


            """);
        foreach (var recipe in JoinRecipes.All)
        {
            text.Append(recipe.Title).Append(":\n\n```promql\n").Append(recipe.Query).Append("\n```\n\n");
        }

        return text.ToString().TrimEnd() + "\n";
    }
}
