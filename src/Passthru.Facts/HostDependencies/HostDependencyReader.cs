using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.HostDependencies.Console;
using Passthru.Facts.HostDependencies.Network;
using Passthru.Facts.HostDependencies.Programs;
using Passthru.Facts.HostDependencies.Storage;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms;

namespace Passthru.Facts.HostDependencies;

/// <summary>Reads what this host, its guests and its services lean on.</summary>
internal static class HostDependencyReader
{
    /// <param name="files">The door to the host.</param>
    /// <param name="vms">Virtual machines by their managers' files.</param>
    /// <param name="processes">The list of processes; null: not read yet.</param>
    /// <param name="memory">What the read before left.</param>
    public static HostDependencyReading Read(HostReader files, IEnumerable<Vm> vms, IReadOnlyList<HostProcess>? processes, HostDependencyCache memory)
    {
        var found = new DependencyCollector(files);
        var network = new NetworkReader(files, found);
        network.Read();
        if (Failed(files))
        {
            found.Unresolved(HostDependencyKind.GuestNetwork, "network", "not every file could be read");
        }

        var before = files.Issues.Count;
        var storage = new StorageReader(files, found, network.Below);
        var isStartSeen = true;
        var started = memory.StartedFrom ?? files.Noting(() => BootPartitions.Started(files), out isStartSeen) ?? "";
        storage.Read(started.Length > 0 ? started : null);
        foreach (var vm in vms.Where(vm => !vm.IsTemplate))
        {
            storage.Read(HostDependencyKind.GuestDisk, $"VM {vm.Id}", new UseOwner { Vm = vm.Id }, vm.Volumes.Select(storage.Volumes.PathOf).OfType<string>());
        }

        processes ??= HostProcess.Listed(files);
        var programs = new ProgramReader(files, found, storage).Read(processes, HostProcess.AreAllListed(files, processes), memory.Programs);
        storage.ReadStacks();
        if (Failed(files, before))
        {
            found.Unresolved(HostDependencyKind.StorageService, "storage", "not every file could be read");
        }

        SayWhatIsHidden(files, found);
        var consoles = new List<HostDependency>();
        var facts = new HostDependencyFacts
        {
            All = [],
            Unresolved = [.. found.UnresolvedDependencies],
            DisplayComplete = files.Noting(() => Framebuffers.Read(files, consoles), out var isDisplayWhole) & isDisplayWhole,
            HasVgaText = TextConsole.IsVga(files),
            OutputsComplete = Displays.Read(files, consoles),
            KeyboardsComplete = files.Noting(() => Keyboards.Read(files, consoles), out var areKeyboardsWhole) & areKeyboardsWhole,
            Disks = storage.Disks,
            Names = DeviceNames.Read(files),
        };
        return new HostDependencyReading(facts with { All = [.. found.HostDependencies, .. consoles] }, new HostDependencyCache { Programs = programs, StartedFrom = isStartSeen ? started : null });
    }

    /// <summary>A file that is there told nothing, and so may hide a use. What a capture of another version lacks does not count.</summary>
    private static bool Failed(HostReader files, int from = 0) =>
        files.Issues.Skip(from).Any(issue => issue.Kind is ReadIssueKind.Unreadable or ReadIssueKind.NoAnswer && issue.Detail != Errno.NotInCapture.Message());

    /// <summary>In a container the mounts and routes of process 1 are the container's.</summary>
    private static void SayWhatIsHidden(HostReader files, DependencyCollector found)
    {
        if (HostProcesses.AreSeen(files))
        {
            return;
        }

        const string why = "shows the mounts of a container, not of the host";
        found.Unresolved(HostDependencyKind.FileSystem, "mounts", why);
        found.Unresolved(HostDependencyKind.DefaultRoute, "routes", why);
        if (files.Exists("proc/1/mountinfo") == true)
        {
            files.ReportUnresolved("proc/1/mountinfo", why);
        }
    }
}

/// <summary>What was found, and what that leaves for the next read.</summary>
internal sealed record HostDependencyReading(HostDependencyFacts Facts, HostDependencyCache Memory);

/// <summary>Answers that are dear, and hold for a while.</summary>
public sealed record HostDependencyCache
{
    public static readonly HostDependencyCache Empty = new();

    public ProgramCache Programs { get; init; } = ProgramCache.Empty;

    /// <summary>The partition that this host was started from, by its GUID; empty: none is told. Null: not looked at yet.</summary>
    public string? StartedFrom { get; init; }
}
