using Passthru.Facts.Files;
using Passthru.Facts.Usage.Console;
using Passthru.Facts.Usage.Network;
using Passthru.Facts.Usage.Storage;

namespace Passthru.Facts.Usage;

/// <summary>Reads what this host leans on.</summary>
internal static class UsageReader
{
    public static UsageFacts Read(HostFiles files)
    {
        var uses = new List<Use>();
        var isHost = HostProcesses.AreSeen(files);
        var network = new NetworkReader(files);
        var facts = new UsageFacts
        {
            Uses = [],
            StorageTold = files.Noting(() => new StorageReader(files, network.Below).Read(uses), out var isStorageWhole) & isStorageWhole & isHost,
            NetworkTold = files.Noting(() => network.Read(uses), out var isNetworkWhole) & isNetworkWhole & isHost,
            DisplayTold = files.Noting(() => Framebuffers.Read(files, uses), out var isDisplayWhole) & isDisplayWhole,
            OutputsTold = Displays.Read(files, uses),
            KeyboardsTold = files.Noting(() => Keyboards.Read(files, uses), out var areKeyboardsWhole) & areKeyboardsWhole,
        };
        if (!isHost && files.Exists("proc/1/mountinfo") == true)
        {
            files.CannotTell("proc/1/mountinfo", "shows the mounts of a container, not of the host");
        }

        return facts with { Uses = [.. uses] };
    }
}
