using System.Text.Json;
using System.Text.Json.Serialization;

namespace Passthru.Exporter.Topology;

/// <summary>The wiring for programs. What can't be told is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    MaxDepth = 1024)]
[JsonSerializable(typeof(TopologyView))]
internal sealed partial class TopologyJson : JsonSerializerContext
{
    public static string Render(TopologyView view) => JsonSerializer.Serialize(view, Default.TopologyView) + "\n";
}
