using Passthru.Facts.Reading;

namespace Passthru.Facts.Baseline;

/// <summary>Reads the accepted topology.</summary>
internal static class BaselineReader
{
    public static HardwareBaseline? Read(HostReader files)
    {
        if (files.Bytes(BaselineFile.DefaultPath, BaselineFile.Largest) is not { } bytes)
        {
            return null;
        }

        var (baseline, trouble) = BaselineFile.Parse(bytes);
        if (trouble is not null)
        {
            files.ReportUnresolved(BaselineFile.DefaultPath, trouble.Message);
        }

        return baseline;
    }
}
