using Passthru.Facts.Files;

namespace Passthru.Facts.Baseline;

/// <summary>Reads the accepted topology.</summary>
internal static class BaselineReader
{
    public static TopologyBaseline? Read(HostFiles files)
    {
        if (files.Bytes(BaselineFile.DefaultPath, BaselineFile.Largest) is not { } bytes)
        {
            return null;
        }

        var (baseline, trouble) = BaselineFile.Parse(bytes);
        if (trouble is not null)
        {
            files.CannotTell(BaselineFile.DefaultPath, trouble.Words);
        }

        return baseline;
    }
}
