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
            StorageTold = new StorageReader(files, network.Below).Read(uses) & isHost,
            NetworkTold = network.Read(uses) & isHost,
            DisplayTold = Framebuffers.Read(files, uses),
            KeyboardsTold = Keyboards.Read(files, uses),
        };
        Displays.Read(files, uses);
        if (!isHost && files.Exists("proc/1/mountinfo") == true)
        {
            files.CannotTell("proc/1/mountinfo", "shows the mounts of a container, not of the host");
        }

        return facts with { Uses = [.. uses] };
    }
}
