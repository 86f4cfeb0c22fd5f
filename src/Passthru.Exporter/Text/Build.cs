using System.Reflection;

namespace Passthru.Exporter.Text;

/// <summary>Which build this is. The compiler appends the revision of the source to the informational version: 0.1.0+1a2b3c.</summary>
internal static class Build
{
    public const string ProgramName = "passthru-exporter";

    private static readonly string[] Parts =
        (typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+', 2);

    public static string Version => Parts[0];

    /// <summary>Empty when it was not built from a git checkout.</summary>
    public static string Revision => Parts.Length > 1 ? Parts[1] : "";
}
