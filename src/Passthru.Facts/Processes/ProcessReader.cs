using Passthru.Facts.Files;
using Passthru.Facts.Pci;
using Passthru.Facts.Usage;

namespace Passthru.Facts.Processes;

/// <summary>Reads the processes of the host so far as they bear on passthrough.</summary>
internal static class ProcessReader
{
    public static ProcessReading Read(HostFiles files, PciFacts? pci, HolderMemory memory)
    {
        var use = VfioUse.Of(files, pci);
        var processes = files.Noting(() => HostProcess.Listed(files), out var isListed);
        var allListed = isListed && HostProcess.AreAllListed(files, processes);
        if (isListed && !allListed)
        {
            SayWhyHidden(files, use);
        }

        var machines = VmProcesses.Among(files, processes, out var machinesTold);
        var holders = HolderSearch.Read(files, use, memory, processes, machines);
        var unnamed = holders.Holders.Select(holder => holder.Pid).Except(machines.Select(machine => machine.Pid)).ToList();

        // A virtual machine that goes by a name of its own shows itself by what it holds.
        machines.AddRange(unnamed.Select(pid => VmProcesses.Of(files, pid)).OfType<VmProcess>());
        var facts = new ProcessFacts
        {
            VirtualMachines = [.. machines.OrderBy(machine => machine.Pid)],
            VirtualMachinesTold = allListed && machinesTold,
            Holders = holders.Holders,
            HoldersTold = use.IsNone || (holders.Told && allListed),
        };
        return new ProcessReading(facts, allListed ? holders.Memory : HolderMemory.Empty) { Listed = processes };
    }

    /// <summary>Processes that are there and hidden are trouble; a container's own are so only if they should tell who holds something.</summary>
    private static void SayWhyHidden(HostFiles files, VfioUse use)
    {
        if (HostProcesses.AreSeen(files.Apart()))
        {
            files.CannotTell("proc", "processes of other users are hidden (hidepid); CAP_SYS_PTRACE shows them");
        }
        else if (!use.IsNone && files.Exists("proc/1/comm") == true)
        {
            files.CannotTell("proc", "VFIO is in use, and these are the processes of a container, not of the host");
        }
    }
}

/// <summary>What was found, and what that leaves for the next read.</summary>
internal sealed record ProcessReading(ProcessFacts Facts, HolderMemory Memory)
{
    /// <summary>Every process there is, for others who look at them.</summary>
    public required IReadOnlyList<HostProcess> Listed { get; init; }
}
