using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>Paths as boot loaders write them, and where they are below the root.</summary>
internal static class BootPath
{
    /// <summary>
    /// Without a device (<c>(hd0,gpt2)/x</c>, <c>boot():/x</c>), the checksum of Limine (<c>#…</c>) and back slashes: relative, with
    /// single slashes.
    /// </summary>
    public static string Below(string path)
    {
        var text = path.Replace('\\', '/');
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        text = hash > 0 ? text[..hash] : text;
        var device = text.StartsWith('(') ? text.IndexOf(')', StringComparison.Ordinal) + 1 : text.IndexOf("):", StringComparison.Ordinal) is var end and >= 0 ? end + 2 : 0;
        return string.Join('/', text[device..].Split('/', StringSplitOptions.RemoveEmptyEntries));
    }

    public static bool IsMicrocode(string path) => path.Contains("ucode", StringComparison.Ordinal) || path.EndsWith("/microcode.cpio", StringComparison.Ordinal);

    /// <summary>Those images that are there.</summary>
    public static IEnumerable<string> Images(HostReader files, IEnumerable<string> paths) =>
        paths.Select(Below).Where(path => path.Length > 0 && !IsMicrocode(path)).Select(path => Find(files, path)).OfType<string>().Distinct();

    /// <summary>
    /// Where a file of the boot partition is: below one of its mounts, on the root, or in a subvolume or data set
    /// (<c>@/boot/x</c>, <c>ROOT/pve-1@/boot/x</c>).
    /// </summary>
    public static string? Find(HostReader files, string path)
    {
        var inside = path.IndexOf("/boot/", StringComparison.Ordinal) is var at and >= 0 ? path[(at + 1)..] : null;
        return LoaderContext.Mounts.Select(mount => $"{mount}/{path}").Prepend(path).Append(inside).OfType<string>()
            .FirstOrDefault(candidate => files.Exists(candidate) == true);
    }
}
