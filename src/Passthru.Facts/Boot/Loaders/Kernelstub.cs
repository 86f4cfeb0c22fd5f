using System.Text.Json;
using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// kernelstub, which writes the entries of systemd-boot on Pop!_OS. Source: <c>/etc/kernelstub/configuration</c>, where <c>user</c>
/// comes before <c>default</c> and <c>kernel_options</c> is a list or one text.
/// </summary>
internal static class Kernelstub
{
    public const string File = "etc/kernelstub/configuration";
    private const int LargestFile = 64 * 1024;
    private const string Options = "kernel_options";

    public static NextCommandLine? Read(HostReader files) =>
        files.IsThere(File) && files.LongText(File, LargestFile) is { } text ? new NextCommandLine(File, Parse(text)) : null;

    /// <summary>Null: it is not what kernelstub writes.</summary>
    internal static KernelCommandLine? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return OptionsOf(document.RootElement, "user") ?? OptionsOf(document.RootElement, "default");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static KernelCommandLine? OptionsOf(JsonElement root, string section)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty(section, out var settings) || settings.ValueKind != JsonValueKind.Object
            || !settings.TryGetProperty(Options, out var options))
        {
            return null;
        }

        return options.ValueKind switch
        {
            JsonValueKind.String => KernelCommandLine.Parse(options.GetString()!),
            JsonValueKind.Array => KernelCommandLine.Parse(string.Join(' ', options.EnumerateArray().Where(word => word.ValueKind == JsonValueKind.String).Select(word => word.GetString()))),
            _ => null,
        };
    }
}
