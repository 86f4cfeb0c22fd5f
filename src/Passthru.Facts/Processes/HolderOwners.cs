using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Vms;

namespace Passthru.Facts.Processes;

/// <summary>Finds out which VM a process that has VFIO open works for.</summary>
/// <param name="files">The door to the host.</param>
/// <param name="found">VMs by name, which this adds to.</param>
internal sealed class HolderOwners(HostReader files, IReadOnlyList<(VmProcess Vm, ProcessTraits Traits)> found)
{
    /// <summary>crosvm forks once for each device, from a process that the main one has forked.</summary>
    private const int MaxGenerations = 4;

    private readonly SortedDictionary<int, (VmProcess Vm, ProcessTraits Traits)> _vms = new(found.ToDictionary(one => one.Vm.Pid));

    /// <summary>By process number.</summary>
    public IEnumerable<VmProcess> Vms => _vms.Values.Select(one => one.Vm);

    public VfioHolder Of(FoundHolder holder)
    {
        var traits = _vms.TryGetValue(holder.Process.Pid, out var known) ? known.Traits : ProcessTraits.Read(files, holder.Process.Pid);
        var comm = holder.Process.Name;
        return new VfioHolder
        {
            Pid = holder.Process.Pid,
            Program = !traits.ArgumentsComplete ? "" : traits.Program.Length > 0 ? traits.Program : comm ?? "",
            ArgumentsComplete = traits.ArgumentsComplete,
            Names = [.. new[] { comm, traits.Program, traits.CalledAs }.OfType<string>().Where(name => name.Length > 0).Distinct()],
            VmPid = VmOf(holder, traits),
            Groups = holder.Groups,
            Functions = holder.Functions,
            Unit = traits.Group.Unit,
        };
    }

    private int? VmOf(FoundHolder holder, ProcessTraits traits)
    {
        if (OriginOf(traits) is { } origin)
        {
            return origin;
        }

        if (holder.HasKvmVm == true || VmPrograms.Runs(traits.Program))
        {
            _vms.TryAdd(traits.Pid, (VmProcesses.Read(files, traits, holder.Process.Name), traits));
            return traits.Pid;
        }

        return holder.HasKvmVm == false ? AncestorOf(traits.Pid) : null;
    }

    /// <summary>The first of the processes that were forked off one command that names a device: together they are one VM.</summary>
    private int? OriginOf(ProcessTraits traits)
    {
        var origin = _vms.Values.FirstOrDefault(one => one.Traits.Pid != traits.Pid && one.Vm.Functions is not null && traits.IsForkOf(one.Traits)).Vm;
        if (origin is null || origin.Pid > traits.Pid)
        {
            return null;
        }

        _vms.Remove(traits.Pid);
        return origin.Pid;
    }

    /// <summary>A process above it that runs a VM.</summary>
    private int? AncestorOf(int pid)
    {
        for (var generation = 0; generation < MaxGenerations && ProcessTraits.ParentOf(files, pid) is { } parent; generation++)
        {
            if (_vms.ContainsKey(parent) || OpenVfioFiles.Read(files, parent)?.HasKvmVm == true)
            {
                var traits = ProcessTraits.Read(files, parent);
                _vms.TryAdd(parent, (VmProcesses.Read(files, traits, null), traits));
                return parent;
            }

            pid = parent;
        }

        return null;
    }
}
