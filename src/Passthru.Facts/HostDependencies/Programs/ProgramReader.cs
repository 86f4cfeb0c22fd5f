using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.HostDependencies.Storage;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Programs;

/// <summary>Disks and graphics cards that processes use: VMs, storage services, containers.</summary>
internal sealed class ProgramReader(HostReader files, DependencyCollector found, StorageReader storage)
{
    /// <summary>Programs that have disks open to watch them, and can do without.</summary>
    private static readonly string[] Watchers = ["systemd-udevd", "(udev-worker)", "udevd", "multipathd", "smartd", "udisksd", "hddtemp", "blkid", "lsblk", "lvm"];

    /// <summary>It is one of those, whatever it has open.</summary>
    internal static bool IsWatcher(string? name) => Watchers.Contains(name);

    private readonly DeviceNodes _cards = new(files);

    /// <param name="processes">All that are listed.</param>
    /// <param name="allListed">These are all there are.</param>
    /// <param name="memory">What the read before left.</param>
    public ProgramCache Read(IReadOnlyList<HostProcess> processes, bool allListed, ProgramCache memory)
    {
        var open = Idle().ToList();
        if (open.Count == 0 && !_cards.Exist)
        {
            return memory;
        }

        var (looks, isComplete, next) = ProgramSearch.Read(files, processes, memory);
        foreach (var look in looks)
        {
            ReadNodes(look);
        }

        ReadMounts(looks);
        ReadContainers(looks);
        if (processes.Any(process => process.Name == CephDaemons.Program))
        {
            storage.ReadLabelledOsds();
        }

        if (!isComplete || !allListed)
        {
            found.Unresolved(HostDependencyKind.StorageService, "open disks", "the open files of other users' processes can't be seen", Idle());
        }

        return next;
    }

    /// <summary>Functions with disks of which nothing is known to be in use.</summary>
    private IEnumerable<PciAddress> Idle()
    {
        var used = found.WithStorage();
        return storage.Functions.Where(function => !used.Contains(function));
    }

    private void ReadNodes(ProgramLook look)
    {
        var owner = new UseOwner { Pid = look.Pid, Program = look.Name, Container = look.Container };
        var nodes = look.Nodes.Select(node => node.Path).Distinct().ToList();
        if (!IsWatcher(look.Name))
        {
            var kind = look.IsVm ? HostDependencyKind.GuestDisk : HostDependencyKind.StorageService;
            storage.Read(kind, $"{look.Name} ({look.Pid})", owner, nodes.Where(storage.IsDisk), isSure: !look.IsOrdinary);
        }

        if (look.Container is { } container)
        {
            foreach (var (node, function) in nodes.SelectMany(node => _cards.Behind(node).Select(function => (node, function))).DistinctBy(pair => pair.function))
            {
                found.Add(new HostDependency(HostDependencyKind.ContainerDevice, [$"container {container}", node], function) { Owner = owner });
            }
        }
    }

    /// <summary>Once for each namespace.</summary>
    private void ReadMounts(IEnumerable<ProgramLook> looks)
    {
        foreach (var look in looks.Where(look => look.MountNamespace is not null).DistinctBy(look => look.MountNamespace))
        {
            if (MountTable.Read(files.WithOwnIssues(), $"proc/{look.Pid}/mountinfo") is { } mounts)
            {
                var owner = look.Container is { } container ? new UseOwner { Container = container, Pid = look.Pid, Program = look.Name } : null;
                storage.Read(mounts, owner is null ? $"the namespace of {look.Name}" : $"container {look.Container}", owner);
            }
        }
    }

    /// <summary>What the configuration of a container names counts while it runs, or if it starts with the host.</summary>
    private void ReadContainers(IEnumerable<ProgramLook> looks)
    {
        var running = looks.Select(look => look.Container).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var container in LxcContainers.Read(files.WithOwnIssues()).Where(container => container.StartsWithHost || running.Contains(container.Name)))
        {
            var owner = new UseOwner { Container = container.Name, StartsWithHost = container.StartsWithHost };
            storage.Read(HostDependencyKind.GuestDisk, $"container {container.Name}", owner, container.Volumes.Select(storage.Volumes.PathOf).OfType<string>());
            if (!running.Contains(container.Name))
            {
                continue;
            }

            var functions = container.Nodes.SelectMany(node => _cards.Behind(node).Select(function => (What: node, function)))
                .Concat(container.Numbers.SelectMany(number => _cards.Numbered(number).Select(function => (What: number, function))));
            foreach (var (what, function) in functions.DistinctBy(pair => pair.function))
            {
                found.Add(new HostDependency(HostDependencyKind.ContainerDevice, [$"container {container.Name}", what], function) { Owner = owner });
            }
        }
    }
}
