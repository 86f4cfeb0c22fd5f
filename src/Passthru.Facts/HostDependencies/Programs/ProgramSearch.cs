using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Programs;

/// <summary>
/// Finds which processes have nodes of disks and graphics cards open, and which live in mount namespaces of their own. Sources:
/// <c>/proc/PID/fd</c>, <c>ns/mnt</c>, <c>cgroup</c>. A process is looked at when it appears; after that its nodes are looked at
/// again, and one process in <see cref="Turns"/> as a whole, for hosts have thousands of descriptors.
/// </summary>
internal sealed class ProgramSearch
{
    /// <summary>After so many reads every process has been looked at again.</summary>
    private const int Turns = 32;

    /// <summary>Where so many are refused, so are the rest.</summary>
    private const int MaxRefusals = 100;

    private const string Vm = "anon_inode:kvm-vm";

    /// <summary>A program with as many disks has told enough.</summary>
    private const int MaxNodes = 512;

    /// <summary>Directories and nodes of what is neither a disk nor a card.</summary>
    private static readonly string[] Others =
    [
        "null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts/", "shm/", "hugepages", "mqueue/", "kvm", "vhost-", "vfio/", "net/", "fuse",
        "input/", "rtc", "log", "kmsg", "iommu", "mapper/control", "udmabuf", "userfaultfd", "snd/", "char/",
    ];

    private readonly HostReader _quiet;
    private readonly ProgramCache _memory;
    private readonly string? _hosts;
    private readonly Dictionary<int, ProgramLook> _looks = [];
    private int _refusals;

    private ProgramSearch(HostReader files, ProgramCache memory)
    {
        _quiet = files.WithOwnIssues();
        _memory = memory;
        _hosts = _quiet.Link("proc/1/ns/mnt");
    }

    /// <summary>Processes with something to tell; whether all could be looked at; what to remember.</summary>
    public static (IReadOnlyList<ProgramLook> Looks, bool IsComplete, ProgramCache Memory) Read(HostReader files, IReadOnlyList<HostProcess> processes, ProgramCache memory)
    {
        var search = new ProgramSearch(files, memory);
        foreach (var process in processes.TakeWhile(_ => search._refusals < MaxRefusals))
        {
            search.Look(process);
        }

        var telling = search._looks.Values.Where(look => look.Nodes.Length > 0 || look.MountNamespace is not null || look.Container is not null).OrderBy(look => look.Pid).ToList();
        return (telling, search._refusals == 0, new ProgramCache { Looks = search._refusals == 0 ? search._looks : [], Turn = memory.Turn + 1 });
    }

    private void Look(HostProcess process)
    {
        var known = _memory.Looks.GetValueOrDefault(process.Pid);
        var isSame = known is not null && known.Name == process.Name && process.Pid % Turns != _memory.Turn % Turns && known.Nodes.All(node => Leads(process.Pid, node));
        if ((isSame ? known : Fresh(process)) is { } look)
        {
            _looks[process.Pid] = look;
        }
        else
        {
            _refusals++;
        }
    }

    private bool Leads(int pid, OpenNode node) => _quiet.Link($"proc/{pid}/fd/{node.Descriptor}") == node.Target;

    /// <summary>Null: refused. A process that has ended has nothing open.</summary>
    private ProgramLook? Fresh(HostProcess process)
    {
        var quiet = _quiet.WithOwnIssues();
        var nodes = new List<OpenNode>();
        var isVm = quiet.In($"proc/{process.Pid}/fd", descriptors => AddNodes(descriptors, nodes));
        var space = Namespace(quiet, process.Pid);
        var container = space is not null || nodes.Count > 0 ? ContainerName.Parse(quiet.Start($"proc/{process.Pid}/cgroup") ?? "") : null;
        return quiet.Issues.Count > 0 ? null : new ProgramLook
        {
            Pid = process.Pid,
            Name = process.Name,
            IsVm = isVm,
            Nodes = [.. nodes],
            MountNamespace = space,
            Container = container,
            IsOrdinary = nodes.Exists(node => !node.IsKernels) && container is null && IsOfOrdinaryUser(quiet, process.Pid),
        };
    }

    /// <summary>Source: the line <c>Uid:</c> of <c>status</c>; people have numbers from 1000 on (login.defs(5)).</summary>
    private static bool IsOfOrdinaryUser(HostReader quiet, int pid)
    {
        const int first = 1000;
        var line = quiet.Text($"proc/{pid}/status")?.Split('\n').FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        return line?.Split('\t', StringSplitOptions.RemoveEmptyEntries) is [_, var real, ..] && Number.TryParse(real, out var user) && user >= first;
    }

    /// <summary>True: a VM of KVM is among them.</summary>
    private static bool AddNodes(HostReader descriptors, List<OpenNode> nodes)
    {
        var isVm = false;
        foreach (var name in descriptors.Names("") ?? [])
        {
            var target = descriptors.Link(name);
            isVm |= target?.StartsWith(Vm, StringComparison.Ordinal) == true;
            if (nodes.Count < MaxNodes && NodeOf(target) is { } path && OpenNode.Of(descriptors, name, target!, path) is { } node)
            {
                nodes.Add(node);
            }
        }

        return isVm;
    }

    /// <summary>Where a descriptor leads is looked at by this search.</summary>
    internal static bool IsWanted(string target) => target.StartsWith(Vm, StringComparison.Ordinal) || NodeOf(target) is not null;

    /// <summary>The path from /dev on: what runs in a chroot or a container shows its own place of the node, <c>/host/dev/sdb</c>.</summary>
    internal static string? NodeOf(string? target)
    {
        const string dev = "/dev/";
        var at = target is ['/', ..] ? target.LastIndexOf(dev, StringComparison.Ordinal) : -1;
        var path = at < 0 ? "" : target![at..];
        return path.Length > dev.Length && !Others.Any(other => path.AsSpan(dev.Length).StartsWith(other)) ? path : null;
    }

    /// <summary>Null: the host's own. Process 1 and kernel threads have that; a copy of files may have no such links.</summary>
    private string? Namespace(HostReader quiet, int pid) =>
        pid <= 2 ? null
        : quiet.Link($"proc/{pid}/ns/mnt") is { } space ? space == _hosts ? null : space
        : quiet.Issues.Count == 0 && _hosts is null && quiet.Exists($"proc/{pid}/mountinfo") == true ? $"process {pid}" : null;
}

/// <summary>What the looks found, for the next read.</summary>
public sealed record ProgramCache
{
    public static readonly ProgramCache Empty = new();

    internal Dictionary<int, ProgramLook> Looks { get; init; } = [];

    internal int Turn { get; init; }
}
