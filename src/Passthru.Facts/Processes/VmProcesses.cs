using Passthru.Facts.Files;

namespace Passthru.Facts.Processes;

/// <summary>Finds the processes that run virtual machines: by name, and then by command line.</summary>
internal static class VmProcesses
{
    /// <param name="files">The door to the host.</param>
    /// <param name="processes">Those that are listed.</param>
    /// <param name="allTold">Of each it could be told whether it is one.</param>
    public static List<VmProcess> Among(HostFiles files, IReadOnlyList<HostProcess> processes, out bool allTold)
    {
        var found = files.Noting(
            () => processes.Where(process => process.Name is null || VmPrograms.MayRun(process.Name)).Select(process => Of(files, process.Pid)).OfType<VmProcess>().ToList(),
            out allTold);
        return found;
    }

    /// <summary>Null for any other process, for one that has ended, and for one that can't be told.</summary>
    public static VmProcess? Of(HostFiles files, int pid)
    {
        var line = new VmCommandLine(CommandLine.Of(files, pid) ?? []);
        if (!VmPrograms.Runs(line.Program))
        {
            return null;
        }

        var group = ControlGroup.Of(files, pid);
        return new VmProcess
        {
            Pid = pid,
            Program = line.Program,
            VmId = line.VmId,
            Name = line.Name,
            Functions = line.Functions,
            IsOfLibvirt = line.IsOfLibvirt,
            Unit = group.Unit,
            IsInContainer = group.IsContainer,
        };
    }
}
