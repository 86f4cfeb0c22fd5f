using System.Buffers.Binary;
using System.Text;
using Passthru.Facts.Kernel;
using Passthru.Findings;

namespace Passthru.Exporter.Commands;

/// <summary>
/// What a capture does not pass on: values of kernel parameters that have nothing to do with passthrough (they may hold
/// anything), serial numbers of devices, and of mounts the options and the names of shares.
/// </summary>
internal static class Redact
{
    public static byte[] Content(string path, byte[] content) => path switch
    {
        "proc/cmdline" => CommandLine(content),
        "etc/zfs/zpool.cache" => WithoutHostName(content),
        _ when path.EndsWith("/mountinfo", StringComparison.Ordinal) => RedactMounts.Content(content),
        _ when path.EndsWith("/config", StringComparison.Ordinal) => WithoutSerialNumber(content),
        _ => content,
    };

    private static byte[] CommandLine(byte[] content)
    {
        var line = KernelCommandLine.Parse(Encoding.UTF8.GetString(content));
        var kept = PassthroughParameters.In(line).ToHashSet();
        var words = line.Parameters.Select(parameter => Quoted(kept.Contains(parameter) || parameter.Value is null
            ? parameter
            : parameter with { Value = "redacted" }));
        return Encoding.UTF8.GetBytes(string.Join(' ', words) + "\n");
    }

    /// <summary>A text "hostname" of a packed list: type and count (8 bytes), length (4), the name, which becomes as many x.</summary>
    private static byte[] WithoutHostName(byte[] cache)
    {
        var key = "hostname"u8;
        for (var rest = cache.AsSpan(); rest.IndexOf(key) is var at and >= 0;)
        {
            rest = rest[(at + key.Length)..];
            if (rest.Length > 12 && BinaryPrimitives.ReadInt32BigEndian(rest[8..]) is var length and > 0 && length <= rest.Length - 12)
            {
                rest.Slice(12, length).Fill((byte)'x');
            }
        }

        return cache;
    }

    private static string Quoted(KernelParameter parameter) => parameter.Value switch
    {
        null => parameter.Name.Contains(' ', StringComparison.Ordinal) ? $"\"{parameter.Name}\"" : parameter.Name,
        { } value when value.Contains(' ', StringComparison.Ordinal) => $"{parameter.Name}=\"{value}\"",
        { } value => $"{parameter.Name}={value}",
    };

    /// <summary>The extended capability 0x0003, Device Serial Number (PCIe 6.0, 7.9.3): its header stays, its eight bytes become zeros.</summary>
    private static byte[] WithoutSerialNumber(byte[] config)
    {
        const int firstExtended = 0x100;
        const int mostEntries = 480;
        var offset = firstExtended;
        for (var entry = 0; entry < mostEntries && offset >= firstExtended && offset + 12 <= config.Length; entry++)
        {
            var header = BinaryPrimitives.ReadUInt32LittleEndian(config.AsSpan(offset));
            if ((header & 0xffff) == 0x0003)
            {
                config.AsSpan(offset + 4, 8).Clear();
            }

            offset = (int)(header >> 20) & 0xffc;
        }

        return config;
    }
}
