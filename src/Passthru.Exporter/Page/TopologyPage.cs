using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Page;

/// <summary>
/// What a person sees who opens the address in a browser: verdict, findings, virtual machines, the wiring, groups. One
/// self-contained page without script.
/// </summary>
internal static class TopologyPage
{
    public static string Html(Observation observation, string telemetryPath)
    {
        var view = TopologyView.From(observation.Facts, observation.Report);
        return Markup.From($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>PCI passthrough: {PageSummary.Verdict(observation.Report, view)}</title>
            <link rel="icon" href="data:,"/>
            <style>{Style}</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to what was found</a>
            {PageSummary.Head(view, observation)}
            <main id="main" tabindex="-1">
            {PageSummary.Findings(observation)}
            {PageTree.Section(view)}
            {PageVms.Section(view)}
            {PageGroups.Section(view)}
            {PageGroups.WithoutOverride(view)}
            {PageSummary.Unread(observation.Facts)}
            </main>
            <footer><nav aria-label="Other pages"><ul>
            <li><a href="{telemetryPath}">Metrics</a></li>
            <li><a href="/topology">Topology as JSON</a></li>
            <li><a href="/-/healthy">Health</a></li>
            <li><a href="/-/ready">Readiness</a></li>
            </ul></nav><p>Passthru Exporter {Build.Version}. On the host, <code>passthru-exporter check</code> tells more of each finding.</p></footer>
            </body>
            </html>

            """).ToString();
    }

    private static Markup Style => Markup.Literal(PageStyle.Css);
}
