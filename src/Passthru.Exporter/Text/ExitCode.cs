namespace Passthru.Exporter.Text;

/// <summary>Exit codes that several commands have.</summary>
internal static class ExitCode
{
    /// <summary>Nothing was looked at, so that nothing can be said.</summary>
    public const int CouldNotLook = 3;
}
