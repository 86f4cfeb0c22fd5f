using Passthru.Facts.Files;
using Passthru.Facts.Guests;
using Passthru.Facts.Processes;
using Passthru.Facts.Usage.Console;
using Passthru.Facts.Usage.Network;
using Passthru.Facts.Usage.Programs;
using Passthru.Facts.Usage.Storage;

namespace Passthru.Facts.Usage;

/// <summary>Reads what this host, its guests and its services lean on.</summary>
internal static class UsageReader
{
    /// <param name="files">The door to the host.</param>
    /// <param name="guests">Virtual machines by their managers' files.</param>
    /// <param name="processes">The list of processes; null: not read yet.</param>
    /// <param name="memory">What the read before left.</param>
    public static UsageReading Read(HostFiles files, IEnumerable<Guest> guests, IReadOnlyList<HostProcess>? processes, UsageMemory memory)
    {
        var found = new UsageFindings(files);
        var network = new NetworkReader(files, found);
        network.Read();
        if (Failed(files))
        {
            found.Unresolved(UseKind.GuestNetwork, "network", "not every file could be read");
        }

        var before = files.Issues.Count;
        var storage = new StorageReader(files, found, network.Below);
        var isStartSeen = true;
        var started = memory.StartedFrom ?? files.Noting(() => BootPartitions.Started(files), out isStartSeen) ?? "";
        storage.Read(started.Length > 0 ? started : null);
        foreach (var guest in guests.Where(guest => !guest.IsTemplate))
        {
            storage.Read(UseKind.GuestDisk, $"VM {guest.Id}", new UseOwner { Vm = guest.Id }, guest.Volumes.Select(storage.Volumes.PathOf).OfType<string>());
        }

        processes ??= HostProcess.Listed(files);
        var programs = new ProgramReader(files, found, storage).Read(processes, HostProcess.AreAllListed(files, processes), memory.Programs);
        storage.ReadStacks();
        if (Failed(files, before))
        {
            found.Unresolved(UseKind.StorageService, "storage", "not every file could be read");
        }

        SayWhatIsHidden(files, found);
        var consoles = new List<Use>();
        var facts = new UsageFacts
        {
            Uses = [],
            Unresolved = [.. found.UnresolvedUses],
            DisplayTold = files.Noting(() => Framebuffers.Read(files, consoles), out var isDisplayWhole) & isDisplayWhole,
            HasVgaText = TextConsole.IsVga(files),
            OutputsTold = Displays.Read(files, consoles),
            KeyboardsTold = files.Noting(() => Keyboards.Read(files, consoles), out var areKeyboardsWhole) & areKeyboardsWhole,
            Disks = storage.Disks,
        };
        return new UsageReading(facts with { Uses = [.. found.Uses, .. consoles] }, new UsageMemory { Programs = programs, StartedFrom = isStartSeen ? started : null });
    }

    /// <summary>A file that is there told nothing, and so may hide a use. What a capture of another version lacks does not count.</summary>
    private static bool Failed(HostFiles files, int from = 0) =>
        files.Issues.Skip(from).Any(issue => issue.Kind is ReadIssueKind.Unreadable or ReadIssueKind.NoAnswer && issue.Detail != Errno.NotInCapture.Words());

    /// <summary>In a container the mounts and routes of process 1 are the container's.</summary>
    private static void SayWhatIsHidden(HostFiles files, UsageFindings found)
    {
        if (HostProcesses.AreSeen(files))
        {
            return;
        }

        const string why = "shows the mounts of a container, not of the host";
        found.Unresolved(UseKind.FileSystem, "mounts", why);
        found.Unresolved(UseKind.DefaultRoute, "routes", why);
        if (files.Exists("proc/1/mountinfo") == true)
        {
            files.CannotTell("proc/1/mountinfo", why);
        }
    }
}

/// <summary>What was found, and what that leaves for the next read.</summary>
internal sealed record UsageReading(UsageFacts Facts, UsageMemory Memory);

/// <summary>Answers that are dear, and hold for a while.</summary>
public sealed record UsageMemory
{
    public static readonly UsageMemory Empty = new();

    public ProgramMemory Programs { get; init; } = ProgramMemory.Empty;

    /// <summary>The partition that this host was started from, by its GUID; empty: none is told. Null: not looked at yet.</summary>
    public string? StartedFrom { get; init; }
}
