namespace Passthru.Exporter.Configuration;

/// <summary>What <c>plan</c> prints.</summary>
internal enum PlanFormat
{
    Text,
    Markdown,
}
