namespace Passthru.Exporter.Configuration;

/// <summary>For whom a verb tells: a person, or a program.</summary>
internal enum ReportFormat
{
    Text,
    Json,
}
