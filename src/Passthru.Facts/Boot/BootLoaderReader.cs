using System.Text;
using Passthru.Facts.Files;
using Passthru.Facts.Kernel;

namespace Passthru.Facts.Boot;

/// <summary>
/// Reads what the boot loader would give the kernel next time. Files of a loader that did not start the running kernel say
/// nothing: GRUB leaves <c>BOOT_IMAGE=</c> on the command line, systemd-boot does not.
/// </summary>
internal static class BootLoaderReader
{
    private const int LargestFile = 64 * 1024;
    private const int MostEntries = 64;
    private static readonly string[] GrubMenus = ["boot/grub/grub.cfg", "boot/grub2/grub.cfg"];
    private static readonly string[] EntryDirectories = ["boot/loader/entries", "boot/efi/loader/entries", "efi/loader/entries"];

    public static EquatableArray<NextCommandLine> Read(HostFiles files, KernelCommandLine running, string? release) =>
        running.ValuesOf("BOOT_IMAGE").Any()
            ? [.. ReadGrub(files, release)]
            : [.. ReadKernelInstall(files), .. ReadEntries(files, release)];

    private static IEnumerable<NextCommandLine> ReadGrub(HostFiles files, string? release)
    {
        var usesEntries = false;
        foreach (var menu in GrubMenus)
        {
            var (line, entries) = ReadMenu(files, menu);
            usesEntries |= entries;
            if (line is not null)
            {
                yield return new NextCommandLine(menu, Parse(line));
            }
        }

        // Where the menu is made of entries, nobody reads the defaults until the next kernel is installed.
        foreach (var next in usesEntries ? ReadEntries(files, release) : ReadDefaults(files))
        {
            yield return next;
        }
    }

    /// <summary>The arguments of the first entry, and whether the menu goes on in <c>/boot/loader/entries</c> (blscfg).</summary>
    private static (string? Line, bool UsesEntries) ReadMenu(HostFiles files, string menu)
    {
        string? first = null;
        var usesEntries = false;
        files.Scan(menu, line =>
        {
            var words = line.TrimStart(" \t"u8);
            var command = words[..Math.Max(0, words.IndexOfAny((byte)' ', (byte)'\t'))];
            var loads = first is null && (command.SequenceEqual("linux"u8) || command.SequenceEqual("linuxefi"u8) || command.SequenceEqual("linux16"u8));
            var refers = !usesEntries && words.TrimEnd(" \t"u8).SequenceEqual("blscfg"u8);
            if (loads)
            {
                var arguments = Encoding.UTF8.GetString(words[command.Length..]).Trim();
                first = arguments[Math.Max(0, arguments.IndexOfAny([' ', '\t']))..];
            }

            usesEntries |= refers;
            return loads || refers ? LineVerdict.Keep : LineVerdict.Skip;
        });
        return (first, usesEntries);
    }

    private static IEnumerable<NextCommandLine> ReadDefaults(HostFiles files)
    {
        const string main = "etc/default/grub";
        var lines = new List<string>();
        if (!AddLines(files, main, lines, GrubDefaults.Concerns))
        {
            yield break;
        }

        foreach (var name in files.Names($"{main}.d") ?? [])
        {
            if (name.EndsWith(".cfg", StringComparison.Ordinal))
            {
                AddLines(files, $"{main}.d/{name}", lines, GrubDefaults.Concerns);
            }
        }

        yield return new NextCommandLine(main, GrubDefaults.CommandLine(lines) is { } line ? Parse(line) : null);
    }

    /// <summary>Of kernel-install and proxmox-boot-tool.</summary>
    private static IEnumerable<NextCommandLine> ReadKernelInstall(HostFiles files)
    {
        const string path = "etc/kernel/cmdline";
        if (files.LongText(path, LargestFile) is { } text)
        {
            var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
            yield return new NextCommandLine(path, Parse(string.Join(' ', lines)));
        }
    }

    /// <summary>The entry of the running kernel, else the newest, as the Boot Loader Specification has them.</summary>
    private static IEnumerable<NextCommandLine> ReadEntries(HostFiles files, string? release)
    {
        foreach (var directory in EntryDirectories)
        {
            var entries = (files.Names(directory) ?? [])
                .Where(name => name.EndsWith(".conf", StringComparison.Ordinal))
                .TakeLast(MostEntries)
                .Select(name => ReadEntry(files, $"{directory}/{name}"))
                .OfType<(string File, string Options)>()
                .ToList();
            if (entries.Count > 0)
            {
                var chosen = entries.LastOrDefault(entry => IsOf(entry.File), entries[^1]);
                yield return new NextCommandLine(chosen.File, Parse(chosen.Options));
            }
        }

        bool IsOf(string file) => release is not null && file.Contains(release, StringComparison.Ordinal);
    }

    private static (string File, string Options)? ReadEntry(HostFiles files, string path)
    {
        var lines = new List<string>();
        return AddLines(files, path, lines, line => line.StartsWith("options "u8) || line.StartsWith("options\t"u8))
            ? (path, string.Join(' ', lines.Select(line => line["options".Length..])))
            : null;
    }

    private static bool AddLines(HostFiles files, string path, List<string> lines, LineTest concerns) => files.Scan(path, line =>
    {
        if (!concerns(line) || lines.Count >= 1000)
        {
            return LineVerdict.Skip;
        }

        lines.Add(Encoding.UTF8.GetString(line));
        return LineVerdict.Keep;
    });

    /// <summary>Variables of the boot loader (<c>$vt_handoff</c>, <c>$tuned_params</c>) stand for words that are not known.</summary>
    private static KernelCommandLine Parse(string text)
    {
        var line = KernelCommandLine.Parse(text);
        return new KernelCommandLine([.. line.Parameters.Where(parameter => !parameter.Name.StartsWith('$'))]);
    }

    private delegate bool LineTest(ReadOnlySpan<byte> line);
}
