using System.Text.Json;
using System.Text.Json.Serialization;

namespace Passthru.Exporter.Topology;

/// <summary>The wiring for programs. What can't be told is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    MaxDepth = 1024)]
[JsonSerializable(typeof(Wiring))]
internal sealed partial class TopologyJson : JsonSerializerContext
{
    public static string Of(Wiring wiring) => JsonSerializer.Serialize(wiring, Default.Wiring) + "\n";
}
