using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>Reads the files of modprobe.d, of a host or inside of an image.</summary>
internal static class ModprobeReader
{
    /// <summary>kmod's own list and order (default_config_paths in libkmod/libkmod.c).</summary>
    internal static readonly string[] Directories =
        ["etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d", "usr/lib/modprobe.d", "lib/modprobe.d"];

    private const string Ending = ".conf";
    private const int LargestFile = 256 * 1024;
    private const int MaxFiles = 1024;
    private const int MaxText = 4 * 1024 * 1024;

    public static ModuleConfiguration Read(HostReader files) => Read(files, Directories);

    /// <summary>
    /// Files of all directories in the order of their names; one name is read once, where it is found first, even when that is
    /// an empty file. What is linked to nothing does not count.
    /// </summary>
    public static ModuleConfiguration Read(HostReader files, params IEnumerable<string> directories)
    {
        var text = new ModprobeText();
        var length = 0;
        foreach (var paths in FilesByName(files, directories).Take(MaxFiles))
        {
            var path = paths.FirstOrDefault(path => IsDevNull(files, path) || files.Exists(path) != false);
            if (path is null || IsDevNull(files, path))
            {
                continue;
            }

            var content = files.LongText(path, LargestFile) ?? "";
            length += content.Length;
            if (length > MaxText)
            {
                files.ReportUnresolved(path, $"more than {MaxText} characters of modprobe.d, the rest left out");
                break;
            }

            text.Add(path, content);
        }

        return text.ToConfiguration();
    }

    /// <summary>Files of the administrator that modprobe passes over, because their names do not end in <c>.conf</c>.</summary>
    public static IEnumerable<string> PassedOver(HostReader files) => (files.Names(Directories[0]) ?? [])
        .Where(name => !name.EndsWith(Ending, StringComparison.Ordinal) && !name.StartsWith('.') && !IsLeftOver(name))
        .Select(name => $"{Directories[0]}/{name}");

    /// <summary>Copies that editors and package managers leave.</summary>
    private static bool IsLeftOver(string name) =>
        name.EndsWith('~') || name.StartsWith('#') || name == "README" || name.Contains(".conf.", StringComparison.Ordinal) || name.Contains(".conf-", StringComparison.Ordinal);

    /// <summary>For each name the paths it stands under, in the order in which they count.</summary>
    private static IEnumerable<IEnumerable<string>> FilesByName(HostReader files, IEnumerable<string> directories) => directories
        .SelectMany(directory => files.Names(directory) ?? [], (directory, name) => (Path: $"{directory}/{name}", Name: name))
        .Where(file => file.Name.EndsWith(Ending, StringComparison.Ordinal) && !file.Name.StartsWith('.'))
        .GroupBy(file => file.Name, file => file.Path)
        .OrderBy(paths => paths.Key, StringComparer.Ordinal);

    private static bool IsDevNull(HostReader files, string path) =>
        files.Link(path) is { } target && SymlinkPath.Resolve(path, target) == "dev/null";
}
