using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.KernelLog;

/// <summary>Reads the kernel's log: what is in it now, or what somebody who follows it has counted.</summary>
internal static class KernelLogReader
{
    public const string Path = "dev/kmsg";

    /// <param name="files">The door to the host.</param>
    /// <param name="follower">Who follows the log; null: it is read here, from its start.</param>
    /// <returns>Null: there is no log, or it can't be read.</returns>
    public static KernelLogFacts? Read(HostReader files, KernelLogFollower? follower)
    {
        if (follower is not null)
        {
            var error = follower.Look(Locate, out var facts);
            if (error != Errno.None)
            {
                files.CannotRead(Path, error);
            }

            return facts;
        }

        var tally = new KernelLogTally();
        if (!files.Scan(Path, tally.Add))
        {
            return null;
        }

        tally.Settle();
        tally.PlaceAll(Locate);
        return tally.ToFacts(lostComplete: false);

        PciAddress? Locate(string controller) => files.Link($"sys/class/nvme/{controller}") is { } target ? DevicePath.FunctionOn(target) : null;
    }
}
