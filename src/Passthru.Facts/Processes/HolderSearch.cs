using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;
using Passthru.Facts.Vms;

namespace Passthru.Facts.Processes;

/// <summary>
/// Finds who has VFIO files open. What was open the last time is looked at first; then its holders, virtual machines, and all other
/// processes, each only if that leaves something unexplained: a host has thousands of them, with tens of descriptors each.
/// </summary>
internal sealed class HolderSearch
{
    /// <summary>Where so many are refused, so are the rest.</summary>
    private const int MaxRefusals = 100;

    private readonly HostReader _files;
    private readonly VfioUse _use;
    private readonly HolderCache _memory;
    private readonly IReadOnlyList<HostProcess> _processes;
    private readonly Dictionary<int, VmProcess> _vms;
    private readonly SortedDictionary<int, FoundHolder> _holders = [];
    private readonly HashSet<int> _looked = [];
    private readonly List<OpenVfioFile> _open = [];
    private int _refusals;

    private HolderSearch(HostReader files, VfioUse use, HolderCache memory, IReadOnlyList<HostProcess> processes, IEnumerable<VmProcess> vms)
    {
        _files = files;
        _use = use;
        _memory = memory;
        _processes = processes;
        _vms = vms.ToDictionary(vm => vm.Pid);
    }

    public static HolderReading Read(
        HostReader files, VfioUse use, HolderCache memory, IReadOnlyList<HostProcess> processes, IEnumerable<VmProcess> vms) =>
        use.IsNone ? HolderReading.None : new HolderSearch(files, use, memory, processes, vms).Read();

    private IEnumerable<PciFunction> Unattributed => (_use.Held ?? []).Where(function => !_holders.Values.Any(holder => holder.Has(function)));

    private bool AllHeldAreAttributed => _use.Held is not null && !Unattributed.Any();

    /// <summary>Nothing is left that a look into the others could tell.</summary>
    private bool IsSettled => IsAsRemembered || (AllHeldAreAttributed && (_use.References is null || _refusals > 0));

    private bool IsAsRemembered => CountsAsRemembered && _open.Count == _memory.Files.Length;

    private bool CountsAsRemembered => _use.References is { } references && references == _memory.References;

    private HolderCache Remembered => new() { References = _use.References, Files = [.. _open] };

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
                return Reading(true, _memory);
            }

            Forget();
        }

        Look(process => known.Contains(process.Pid));
        if (!IsAsRemembered)
        {
            Look(process => _vms.ContainsKey(process.Pid));
        }

        if (IsSettled)
        {
            return Reading(true, IsAsRemembered ? Remembered : HolderCache.Empty);
        }

        Look(process => true);
        var told = _refusals == 0 || AllHeldAreAttributed;
        if (!told)
        {
            _files.ReportUnresolved("proc", "VFIO is in use, and the open files of other users' processes are refused; CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH show them");
        }

        return Reading(told, _refusals == 0 ? Remembered : HolderCache.Empty);
    }

    private HolderReading Reading(bool told, HolderCache memory) =>
        new([.. _holders.Values], told, [.. Unattributed.Select(function => function.Group).OfType<string>().Distinct()], memory);

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
            if (_refusals >= MaxRefusals)
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
        var named = NamedBy(process);
        if (OpenVfioFiles.Read(_files, process.Pid, only) is not { } open)
        {
            _refusals++;
            Add(process, named.Count > 0, null, named.Select(function => function.Group).OfType<string>(), named.Select(function => function.Address));
            return;
        }

        _refusals += open.IsComplete ? 0 : 1;
        if (open.HoldsVfio)
        {
            _open.AddRange(open.Descriptors.Select(descriptor => new OpenVfioFile(process.Pid, descriptor)));
            var ofItsGroups = named.Where(function => function.Group is { } group && open.Groups.Contains(group)).Select(function => function.Address);
            Add(process, true, open.HasKvmVm, open.Groups, open.Functions.Concat(ofItsGroups));
        }
    }

    /// <summary>Held functions that its command line names. The word of an ordinary user counts for nothing: it could hide who has the device.</summary>
    private List<PciFunction> NamedBy(HostProcess process) =>
        _vms.GetValueOrDefault(process.Pid) is { IsOfOrdinaryUser: false, Functions: { } functions }
            ? [.. (_use.Held ?? []).Where(function => functions.Contains(function.Address))]
            : [];

    private void Add(HostProcess process, bool holds, bool? hasKvmVm, IEnumerable<string> groups, IEnumerable<PciAddress> functions)
    {
        if (holds)
        {
            _holders[process.Pid] = new FoundHolder(process, hasKvmVm, [.. groups.Distinct().Order(StringComparer.Ordinal)], [.. functions.Distinct().Order()]);
        }
    }
}

/// <summary>A process that has VFIO open, and not yet for whom.</summary>
/// <param name="Process">The process.</param>
/// <param name="HasKvmVm">It has a VM of KVM open, too; null where its files are refused.</param>
/// <param name="Groups">Groups by the kernel's name.</param>
/// <param name="Functions">Functions, where that can be told.</param>
internal sealed record FoundHolder(HostProcess Process, bool? HasKvmVm, EquatableArray<string> Groups, EquatableArray<PciAddress> Functions)
{
    public bool Has(PciFunction function) => Functions.Contains(function.Address) || (function.Group is { } group && Groups.Contains(group));
}

/// <summary>Who holds what, and what that leaves for the next read.</summary>
internal sealed record HolderReading(ImmutableArray<FoundHolder> Holders, bool Told, EquatableArray<string> GroupsHeldUnseen, HolderCache Memory)
{
    public static readonly HolderReading None = new([], true, [], HolderCache.Empty);
}
