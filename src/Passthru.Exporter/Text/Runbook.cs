using System.Reflection;

namespace Passthru.Exporter.Text;

/// <summary>Where the runbooks of alerts are, as the project's address says.</summary>
internal static class Runbook
{
    private static readonly string Project =
        typeof(Runbook).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(one => one.Key == "RepositoryUrl")?.Value ?? "";

    public static string Of(string alert) => $"{Project}/blob/main/alerts/runbooks/{alert}.md";
}
