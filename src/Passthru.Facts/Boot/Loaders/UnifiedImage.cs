using System.Buffers.Binary;
using System.Text;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// Unified kernel images and their add-ons (UAPI.5, systemd-stub(7)): PE files whose sections hold the command line, the
/// kernel's release, os-release, the kernel and its initramfs.
/// </summary>
internal static class UnifiedImage
{
    private const string Mark = "#unified kernel image\n";
    private const int LargestText = 64 * 1024;
    private const int FarthestText = 8 * 1024 * 1024;
    private static readonly string[] Texts = [".cmdline", ".uname", ".osrel"];

    /// <summary>The images on the boot partitions: entries of type 2 of the Boot Loader Specification.</summary>
    public static IEnumerable<LoaderEntry> All(HostReader files) =>
        LoaderContext.Mounts.SelectMany(mount => Efi(files, $"{mount}/EFI/Linux").Select(name => Read(files, mount, $"{mount}/EFI/Linux/{name}", name))).OfType<LoaderEntry>();

    private static LoaderEntry? Read(HostReader files, string mount, string path, string name)
    {
        if (Sections(files, path) is not { } sections)
        {
            return null;
        }

        var addOns = new[] { $"{mount}/loader/addons", $"{path}.extra.d" }
            .SelectMany(directory => Efi(files, directory).Select(file => $"{directory}/{file}"))
            .Select(file => Sections(files, file)?.GetValueOrDefault(".cmdline"))
            .OfType<string>();
        return new LoaderEntry(name, path)
        {
            Kernel = name,
            Version = sections.GetValueOrDefault(".uname"),
            SortKey = Field(sections, "IMAGE_ID=") ?? Field(sections, "ID="),
            Options = sections.GetValueOrDefault(".cmdline") is { } line ? string.Join(' ', addOns.Prepend(line)) : null,
            IsUnified = true,
        };
    }

    private static IEnumerable<string> Efi(HostReader files, string directory) =>
        (files.Names(directory) ?? []).Where(name => name.EndsWith(".efi", StringComparison.OrdinalIgnoreCase));

    private static string? Field(Dictionary<string, string> sections, string field) =>
        sections.GetValueOrDefault(".osrel")?.Split(' ').FirstOrDefault(word => word.StartsWith(field, StringComparison.Ordinal))?[field.Length..].Trim('"');

    private static Dictionary<string, string>? Sections(HostReader files, string path)
    {
        if (files.Extract(path, Extract) is not { } digest || Encoding.UTF8.GetString(digest) is not { } text || !text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return null;
        }

        return text[Mark.Length..].Split('\n').Select(line => line.Split(' ', 2)).Where(line => line.Length == 2)
            .GroupBy(line => line[0], line => line[1]).ToDictionary(line => line.Key, line => line.First());
    }

    /// <summary>The texts of an image, a line each; of such a text the same text.</summary>
    internal static byte[] Extract(Stream image)
    {
        try
        {
            var reader = new Forward(image);
            var start = reader.Read(0, Mark.Length);
            return start.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Mark)) ? [.. start, .. reader.Rest(LargestText)] : Encoding.UTF8.GetBytes(Mark + Lines(reader));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException)
        {
            return [];
        }
    }

    /// <summary>
    /// The offset of the PE header at 0x3c; after its magic the number of sections at 2 and the size of the optional header at 16;
    /// each section has its name, and 8 bytes on its size and, 20 on, its place (PE format, sections 3.3 and 4).
    /// </summary>
    private static string Lines(Forward image)
    {
        var header = (int)image.Number(0x3c);
        var coff = image.Read(header, 24);
        if (!coff.AsSpan().StartsWith("PE\0\0"u8))
        {
            throw new InvalidDataException("no PE file");
        }

        var table = image.Read(header + 24 + BinaryPrimitives.ReadUInt16LittleEndian(coff.AsSpan(20)), 40 * BinaryPrimitives.ReadUInt16LittleEndian(coff.AsSpan(6)));
        var lines = new StringBuilder();
        foreach (var section in table.Chunk(40).OrderBy(section => BinaryPrimitives.ReadUInt32LittleEndian(section.AsSpan(20))))
        {
            var name = Encoding.ASCII.GetString(section.AsSpan(0, 8)).TrimEnd('\0');
            var (size, at) = (BinaryPrimitives.ReadUInt32LittleEndian(section.AsSpan(8)), BinaryPrimitives.ReadUInt32LittleEndian(section.AsSpan(20)));
            if (Texts.Contains(name) && size <= LargestText && at <= FarthestText)
            {
                var text = Encoding.UTF8.GetString(image.Read((int)at, (int)size)).TrimEnd('\0');
                lines.Append(name).Append(' ').Append(text.Replace('\n', ' ').Trim()).Append('\n');
            }
        }

        return lines.ToString();
    }

    /// <summary>Reads places of a stream from front to back, once each.</summary>
    private sealed class Forward(Stream stream)
    {
        private byte[] _head = [];

        public uint Number(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Read(at, 4));

        public byte[] Read(int at, int count)
        {
            if (at < 0 || at > FarthestText)
            {
                throw new InvalidDataException("too far");
            }

            var missing = at + count - _head.Length;
            if (missing > 0)
            {
                var more = new byte[missing];
                stream.ReadExactly(more);
                _head = [.. _head, .. more];
            }

            return _head[at..(at + count)];
        }

        public byte[] Rest(int limit)
        {
            var rest = new byte[limit];
            var length = stream.ReadAtLeast(rest, limit, throwOnEndOfStream: false);
            return rest[..length];
        }
    }
}
