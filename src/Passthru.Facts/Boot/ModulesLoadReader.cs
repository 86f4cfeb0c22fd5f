using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot;

/// <summary>Reads which modules the root file system loads by name: <c>/etc/modules</c> of Debian and modules-load.d(5).</summary>
internal static class ModulesLoadReader
{
    private const string Ending = ".conf";
    private const int LargestFile = 64 * 1024;
    private const int MaxFiles = 256;

    /// <summary>systemd-modules-load takes a name from the first directory that has it.</summary>
    private static readonly string[] Directories = ["etc/modules-load.d", "run/modules-load.d", "usr/local/lib/modules-load.d", "usr/lib/modules-load.d", "lib/modules-load.d"];

    public static IEnumerable<EarlyLoad> Read(HostReader files)
    {
        var paths = Directories.Where(files.IsThere).SelectMany(directory => files.Names(directory) ?? [], (directory, name) => (Path: $"{directory}/{name}", Name: name))
            .Where(file => file.Name.EndsWith(Ending, StringComparison.Ordinal))
            .DistinctBy(file => file.Name)
            .Select(file => file.Path)
            .Take(MaxFiles);
        return paths.Prepend("etc/modules").Where(files.IsThere)
            .SelectMany(path => ImageSettings.Lines(files.LongText(path, LargestFile) ?? "").Select(line => ImageSettings.Load(line, path, LoadTime.WithUdev)));
    }
}
