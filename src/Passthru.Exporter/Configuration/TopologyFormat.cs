namespace Passthru.Exporter.Configuration;

/// <summary>For a terminal, for programs, for a wiki.</summary>
internal enum TopologyFormat
{
    Text,
    Json,
    Markdown,
}
