namespace Passthru.Exporter.Configuration;

internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}
