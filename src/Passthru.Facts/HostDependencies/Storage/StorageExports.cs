using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// Disks and files that targets in the kernel give to others. Sources: <c>/sys/kernel/config/target/core/HBA/NAME</c> with
/// <c>udev_path</c> and <c>enable</c> (drivers/target/target_core_configfs.c), <c>/sys/kernel/config/nvmet/subsystems/NQN/namespaces/N</c>
/// with <c>device_path</c> and <c>enable</c> (drivers/nvme/target/configfs.c), <c>/sys/kernel/scst_tgt/devices/NAME/filename</c> (SCST).
/// </summary>
internal static class StorageExports
{
    private const string Lio = "sys/kernel/config/target/core";
    private const string Nvmet = "sys/kernel/config/nvmet/subsystems";
    private const string Scst = "sys/kernel/scst_tgt/devices";

    /// <summary>What to call it, and the node or file.</summary>
    public static IEnumerable<(string What, string Path)> Read(HostReader files)
    {
        foreach (var store in Below(files, Lio).SelectMany(adapter => Below(files, adapter)))
        {
            if (IsEnabled(files, store) && files.Text($"{store}/udev_path") is { Length: > 0 } path)
            {
                yield return ("exported by LIO", path);
            }
        }

        foreach (var space in Below(files, Nvmet).SelectMany(subsystem => Below(files, $"{subsystem}/namespaces")))
        {
            if (IsEnabled(files, space) && files.Text($"{space}/device_path") is { Length: > 0 } path)
            {
                yield return ("exported by nvmet", path);
            }
        }

        foreach (var device in Below(files, Scst))
        {
            if (files.Text($"{device}/filename")?.Split('\n')[0] is { Length: > 0 } path)
            {
                yield return ("exported by SCST", path);
            }
        }
    }

    /// <summary>Once it is enabled the target has the device open.</summary>
    private static bool IsEnabled(HostReader files, string directory) => files.Text($"{directory}/enable") != "0";

    private static IEnumerable<string> Below(HostReader files, string directory) => (files.Names(directory) ?? []).Select(name => $"{directory}/{name}");
}
