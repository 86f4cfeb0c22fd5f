namespace Passthru.Exporter.Configuration;

internal enum LogFormat
{
    Logfmt,
    Json,
}
