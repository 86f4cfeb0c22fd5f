using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Processes;

/// <summary>Finds the processes that run virtual machines: by name, and then by command line.</summary>
internal static class VmProcesses
{
    /// <summary>Those whose name and command line are a VM's, with what tells whose they are. A fork of another one is no VM of its own.</summary>
    public static IReadOnlyList<(VmProcess Vm, ProcessTraits Traits)> Among(HostReader files, IReadOnlyList<HostProcess> processes)
    {
        var found = new List<(VmProcess Vm, ProcessTraits Traits)>();
        foreach (var process in processes.Where(process => process.Name is null || VmPrograms.MayRun(process.Name)))
        {
            var traits = ProcessTraits.Read(files, process.Pid);
            if (VmPrograms.Runs(traits.Program) && !IsForkOfAny(traits, found))
            {
                found.Add((Read(files, traits, process.Name), traits));
            }
        }

        return found;
    }

    /// <summary>QEMU forks no process for a device; crosvm does.</summary>
    private static bool IsForkOfAny(ProcessTraits traits, List<(VmProcess Vm, ProcessTraits Traits)> found) =>
        !VmPrograms.IsQemu(traits.Program) && found.Exists(one => one.Vm.Functions is not null && traits.IsForkOf(one.Traits));

    public static VmProcess Read(HostReader files, ProcessTraits traits, string? name)
    {
        var line = new VmCommandLine(traits.Program, traits.Arguments);
        var process = new VmProcess
        {
            Pid = traits.Pid,
            Platform = VmManagers.All.First(manager => manager.Runs(traits)),
            Program = traits.Program.Length > 0 ? traits.Program : name ?? "",
            ArgumentsComplete = traits.ArgumentsComplete,
            VmId = line.VmId,
            Name = line.Name ?? NameInFile(files, traits, line) ?? InstanceOf(traits.Group.Unit),
            Functions = line.Functions,
            Unit = traits.Group.Unit,
            IsInContainer = traits.IsInContainer == true,
        };
        var owner = VmManagers.All.FirstOrDefault(manager => manager.Owns(traits, process));
        return process with
        {
            Owner = owner,
            Platform = owner ?? process.Platform,
            User = owner is null ? traits.User : null,
            IsOfOrdinaryUser = owner is null && UserIds.IsOrdinary(traits.User) == true,
        };
    }

    /// <summary>
    /// The name in a file of <c>-readconfig</c>. A container's files are others, and an ordinary user may name any file that this
    /// program can read and the user can't.
    /// </summary>
    private static string? NameInFile(HostReader files, ProcessTraits traits, VmCommandLine line) =>
        traits.IsInContainer == true || UserIds.IsOrdinary(traits.User) == true
            ? null
            : line.ConfigFiles.Select(path => QemuConfigFile.Read(files.WithOwnIssues(), traits.PathOf(path))?.VmName).LastOrDefault(name => name is not null);

    /// <summary>The instance of a template unit that an administrator made: <c>microvm@router.service</c> runs the VM <c>router</c>.</summary>
    private static string? InstanceOf(string? unit)
    {
        const string end = ".service";
        var at = unit?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        return at > 0 && unit!.EndsWith(end, StringComparison.Ordinal) && !unit.StartsWith("user@", StringComparison.Ordinal) && unit.Length > at + 1 + end.Length
            ? HexEscapes.Decode(unit[(at + 1)..^end.Length])
            : null;
    }
}
