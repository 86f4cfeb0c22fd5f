using Passthru.Facts.Files;

namespace Passthru.Facts.Processes;

/// <summary>Finds the processes that run virtual machines: by name, and then by command line.</summary>
internal static class VmProcesses
{
    public static IEnumerable<VmProcess> Among(HostFiles files, IReadOnlyList<HostProcess> processes) =>
        processes.Where(process => process.Name is null || VmPrograms.MayRun(process.Name))
            .Select(process => Of(files, process.Pid))
            .OfType<VmProcess>();

    /// <summary>Null for any other process, and for one that has ended.</summary>
    public static VmProcess? Of(HostFiles files, int pid)
    {
        var line = new VmCommandLine(CommandLine.Of(files, pid));
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
