using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Passthru.Facts.Values;

/// <summary>JSON that people read too: indented, and with nothing escaped that JSON takes in plain. It is put into no page.</summary>
public static class IndentedJson
{
    public static byte[] Serialize<T>(T value, JsonTypeInfo<T> type)
    {
        var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        return json.ToArray();
    }

    /// <summary>The same as text that ends with its line.</summary>
    public static string Text<T>(T value, JsonTypeInfo<T> type) => System.Text.Encoding.UTF8.GetString(Serialize(value, type)) + "\n";
}
