using System.Text.Encodings.Web;

namespace Passthru.Exporter.Serving;

/// <summary>What a person sees who opens the address in a browser.</summary>
internal static class LandingPage
{
    public static string Html(string telemetryPath)
    {
        var metrics = HtmlEncoder.Default.Encode(telemetryPath);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>Passthru Exporter</title>
              <style>body {"{"} font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem; line-height: 1.5 {"}"}</style>
            </head>
            <body>
              <h1>Passthru Exporter</h1>
              <p>PCI passthrough state of this host, for Prometheus. Version {HtmlEncoder.Default.Encode(Build.Version)}.</p>
              <ul>
                <li><a href="{metrics}">Metrics</a></li>
                <li><a href="/-/healthy">Health</a></li>
                <li><a href="/-/ready">Readiness</a></li>
              </ul>
            </body>
            </html>

            """;
    }
}
