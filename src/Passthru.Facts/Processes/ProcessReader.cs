using Passthru.Facts.Pci;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Processes;

/// <summary>Reads the processes of the host so far as they bear on passthrough.</summary>
internal static class ProcessReader
{
    public static ProcessReading Read(HostReader files, PciFacts? pci, HolderCache memory)
    {
        var use = VfioUse.Read(files, pci);
        var processes = files.Noting(() => HostProcess.Listed(files), out var isListed);
        var allListed = isListed && HostProcess.AreAllListed(files, processes);
        if (isListed && !allListed)
        {
            SayWhyHidden(files, use);
        }

        var named = files.Noting(() => VmProcesses.Among(files, processes), out var vmsComplete);
        var found = HolderSearch.Read(files, use, memory, processes, named.Select(one => one.Vm));
        var owners = new HolderOwners(files, named);
        EquatableArray<VfioHolder> holders = [.. found.Holders.Select(owners.Of)];
        var facts = new ProcessFacts
        {
            Vms = [.. owners.Vms],
            VmsComplete = allListed && vmsComplete,
            Holders = holders,
            HoldersComplete = use.IsNone || (found.Told && allListed),
            GroupsHeldUnseen = found.GroupsHeldUnseen,
            Nodes = VfioNodes.Read(files, pci),
        };
        return new ProcessReading(facts, allListed ? found.Memory : HolderCache.Empty) { Listed = processes };
    }

    /// <summary>Processes that are there and hidden are trouble; a container's own are so only if they should tell who holds something.</summary>
    private static void SayWhyHidden(HostReader files, VfioUse use)
    {
        if (HostProcesses.AreSeen(files.WithOwnIssues()))
        {
            files.ReportUnresolved("proc", "processes of other users are hidden (hidepid); CAP_SYS_PTRACE shows them");
        }
        else if (!use.IsNone && files.Exists("proc/1/comm") == true)
        {
            files.ReportUnresolved("proc", "VFIO is in use, and these are the processes of a container, not of the host");
        }
    }
}

/// <summary>What was found, and what that leaves for the next read.</summary>
internal sealed record ProcessReading(ProcessFacts Facts, HolderCache Memory)
{
    /// <summary>Every process there is, for others who look at them.</summary>
    public required IReadOnlyList<HostProcess> Listed { get; init; }
}
