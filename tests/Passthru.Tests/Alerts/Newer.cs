using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>Programs of Debian's newest suite, which tests/tools/newer.sh unpacks and tests/run.sh asks for: Prometheus 3, the newest Alertmanager, vmalert.</summary>
internal static class Newer
{
    /// <summary>In names of tests, where the path of this machine has no place.</summary>
    public const string Promtool = "newer/promtool";

    public static string Path(string tool) =>
        tool.StartsWith("newer/", StringComparison.Ordinal) ? System.IO.Path.Join(Golden.Repository, "artifacts/newer/bin", tool["newer/".Length..]) : tool;
}
