using System.Collections.Immutable;
using Passthru.Facts.Files;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Processes;

/// <summary>
/// Finds who has VFIO files open. What was open the last time is looked at first; then its holders, virtual machines, and all other
/// processes, each only if that leaves something unexplained: a host has thousands of them, with tens of descriptors each.
/// </summary>
internal sealed class HolderSearch
{
    /// <summary>Where so many are refused, so are the rest.</summary>
    private const int MostRefusals = 100;

    private readonly HostFiles _files;
    private readonly VfioUse _use;
    private readonly HolderMemory _memory;
    private readonly IReadOnlyList<HostProcess> _processes;
    private readonly Dictionary<int, VmProcess> _machines;
    private readonly SortedDictionary<int, VfioHolder> _holders = [];
    private readonly HashSet<int> _looked = [];
    private readonly List<OpenVfioFile> _open = [];
    private int _refusals;

    private HolderSearch(HostFiles files, VfioUse use, HolderMemory memory, IReadOnlyList<HostProcess> processes, IEnumerable<VmProcess> machines)
    {
        _files = files;
        _use = use;
        _memory = memory;
        _processes = processes;
        _machines = machines.ToDictionary(machine => machine.Pid);
    }

    public static HolderReading Read(
        HostFiles files, VfioUse use, HolderMemory memory, IReadOnlyList<HostProcess> processes, IEnumerable<VmProcess> machines) =>
        use.IsNone ? new HolderReading([], true, HolderMemory.Empty) : new HolderSearch(files, use, memory, processes, machines).Read();

    private bool AllHeldAreAttributed => _use.Held is { } held && held.All(function => _holders.Values.Any(holder => Has(holder, function)));

    /// <summary>Nothing is left that a look into the others could tell.</summary>
    private bool IsSettled => IsAsRemembered || (AllHeldAreAttributed && (_use.References is null || _refusals > 0));

    private bool IsAsRemembered => CountsAsRemembered && _open.Count == _memory.Files.Length;

    private bool CountsAsRemembered => _use.References is { } references && references == _memory.References;

    private HolderMemory Remembered => new() { References = _use.References, Files = [.. _open] };

    private HolderReading Read()
    {
        var known = _memory.Files.ToLookup(file => file.Pid, file => file.Descriptor);
        if (CountsAsRemembered)
        {
            foreach (var process in _processes.Where(process => known.Contains(process.Pid)))
            {
                Look(process, known[process.Pid]);
            }

            if (IsAsRemembered)
            {
                return new HolderReading([.. _holders.Values], true, _memory);
            }

            Forget();
        }

        Look(process => known.Contains(process.Pid));
        if (!IsAsRemembered)
        {
            Look(process => _machines.ContainsKey(process.Pid));
        }

        if (IsSettled)
        {
            return new HolderReading([.. _holders.Values], true, IsAsRemembered ? Remembered : HolderMemory.Empty);
        }

        Look(process => true);
        var told = _refusals == 0 || AllHeldAreAttributed;
        if (!told)
        {
            _files.CannotTell("proc", "VFIO is in use, and the open files of other users' processes are refused; CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH show them");
        }

        return new HolderReading([.. _holders.Values], told, _refusals == 0 ? Remembered : HolderMemory.Empty);
    }

    private void Forget()
    {
        _holders.Clear();
        _open.Clear();
        _refusals = 0;
    }

    private void Look(Func<HostProcess, bool> isWanted)
    {
        foreach (var process in _processes.Where(isWanted))
        {
            if (_refusals >= MostRefusals)
            {
                return;
            }

            if (_looked.Add(process.Pid))
            {
                Look(process);
            }
        }
    }

    /// <param name="process">Whom to look into.</param>
    /// <param name="only">At which descriptors; null: at all.</param>
    private void Look(HostProcess process, IEnumerable<string>? only = null)
    {
        var machine = _machines.GetValueOrDefault(process.Pid);
        var named = _use.Held?.Where(function => machine?.Functions?.Contains(function.Address) == true) ?? [];
        if (OpenVfioFiles.Of(_files, process.Pid, only) is { } open)
        {
            _open.AddRange(open.Descriptors.Select(descriptor => new OpenVfioFile(process.Pid, descriptor)));
            var ofItsGroups = named.Where(function => function.Group is { } group && open.Groups.Contains(group));
            Add(process, open.Descriptors.Count > 0, open.Groups, open.Functions.Concat(ofItsGroups.Select(function => function.Address)));
        }
        else
        {
            _refusals++;
            var functions = named.ToList();
            Add(process, functions.Count > 0, functions.Select(function => function.Group).OfType<string>(), functions.Select(function => function.Address));
        }
    }

    private void Add(HostProcess process, bool holds, IEnumerable<string> groups, IEnumerable<PciAddress> functions)
    {
        if (holds)
        {
            _holders[process.Pid] = new VfioHolder
            {
                Pid = process.Pid,
                Program = process.Name ?? _machines.GetValueOrDefault(process.Pid)?.Program ?? "",
                Groups = [.. groups.Distinct().Order(StringComparer.Ordinal)],
                Functions = [.. functions.Distinct().Order()],
                Unit = ControlGroup.Of(_files, process.Pid).Unit,
            };
        }
    }

    private static bool Has(VfioHolder holder, PciFunction function) =>
        holder.Functions.Contains(function.Address) || (function.Group is { } group && holder.Groups.Contains(group));
}

/// <summary>Who holds what, and what that leaves for the next read.</summary>
internal sealed record HolderReading(EquatableArray<VfioHolder> Holders, bool Told, HolderMemory Memory);
