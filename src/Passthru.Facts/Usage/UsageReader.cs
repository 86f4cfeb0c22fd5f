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
        var network = new NetworkReader(files);
        var facts = new UsageFacts
        {
            Uses = [],
            StorageTold = new StorageReader(files, network.Below).Read(uses),
            NetworkTold = network.Read(uses),
            DisplayTold = Framebuffers.Read(files, uses),
            KeyboardsTold = Keyboards.Read(files, uses),
        };
        Displays.Read(files, uses);
        return facts with { Uses = [.. uses] };
    }
}
