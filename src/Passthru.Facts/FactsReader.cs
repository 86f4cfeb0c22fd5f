using System.Collections.Immutable;
using Passthru.Facts.Baseline;
using Passthru.Facts.Boot;
using Passthru.Facts.HostDependencies;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Processes;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Systemd;
using Passthru.Facts.Values;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Facts;

/// <summary>Files in, <see cref="HostFacts"/> out: one call reads a host once.</summary>
public static class FactsReader
{
    /// <summary>There is a sysfs below the root: without one it is no host, and all that could be said of it would be wrong.</summary>
    public static bool ShowsHost(IFileTree tree) => tree.StatIdentity("sys/bus", out _) == Errno.None;

    /// <param name="tree">The host's files.</param>
    /// <param name="wanted">The sections to read; the others stay null.</param>
    /// <param name="memory">What the read before left.</param>
    /// <param name="attempt">Lets the caller give up on files that do not answer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="units">Whom to ask for units of systemd; null where that is not this host's.</param>
    /// <param name="aside">Who reads what is long aside of this; null: it is read as the other files are.</param>
    /// <returns>The facts, and what to hand to the next read.</returns>
    public static (HostFacts Facts, FactsCache Memory) Read(
        IFileTree tree,
        IReadOnlySet<Collector> wanted,
        FactsCache memory,
        ReadAttempt attempt,
        TimeProvider time,
        UnitQuery? units = null,
        BackgroundReaders? aside = null)
    {
        var runs = ImmutableArray.CreateBuilder<CollectorRun>();
        var platform = Run(Collector.Platform, files => PlatformReader.Read(files, memory.InterruptRemapping));
        var kernel = Run(Collector.Kernel, files => KernelReader.Read(files, memory.Kernel));
        var iommu = Run(Collector.Iommu, files => IommuReader.Read(files, memory.Iommu));
        var pci = Run(Collector.Pci, files => PciReader.Read(files, memory.Pci));
        var logs = new StartLogs(memory.Starts);
        var managers = VmManagers.WithFiles.Select(manager => Run(manager.Collector!.Value, files => VmFactsOf(files, manager, logs))).ToList();
        var processes = Run(Collector.Processes, files => ProcessReader.Read(files, pci?.Facts, memory.Holders));
        var vms = managers.SelectMany(section => section?.Vms ?? []);
        var usage = Run(Collector.HostDependencies, files => HostDependencyReader.Read(files, vms, processes?.Listed, memory.HostDependencies));
        var systemd = units is null ? null : Run(Collector.Systemd, files => SystemdReader.Read(files, units));
        if (systemd?.Off is not null)
        {
            runs.RemoveAt(runs.Count - 1);
        }

        var boot = Run(Collector.Boot, files => BootReader.Read(
            files, kernel?.Release, kernel?.CommandLine, pci?.Facts.Functions, aside?.Extractor, memory.Boot));
        var events = Run(Collector.KernelLog, files => KernelLogReader.Read(files, aside?.KernelLog));
        var baseline = Run(Collector.Baseline, BaselineReader.Read);

        var facts = new HostFacts
        {
            TakenAt = time.GetUtcNow(),
            Platform = platform,
            Kernel = kernel,
            Iommu = iommu?.Facts,
            Pci = pci?.Facts,
            GuestInterrupts = pci?.Interrupts ?? [],
            HostDependencies = usage?.Facts,
            Boot = boot,
            Managers = [.. managers.OfType<VmFacts>()],
            Systemd = systemd,
            Processes = processes?.Facts,
            KernelLog = events,
            Baseline = baseline,
            Collectors = runs.DrainToImmutable(),
        };
        return (facts, new FactsCache
        {
            Pci = pci?.Memory ?? memory.Pci,
            Iommu = iommu?.Memory ?? memory.Iommu,
            Kernel = kernel is null ? memory.Kernel : KernelCache.From(kernel),
            HostDependencies = usage?.Memory ?? memory.HostDependencies,
            Holders = processes?.Memory ?? HolderCache.Empty,
            Boot = boot is null ? memory.Boot : new BootCache(boot.Images, boot.Kernels),
            Starts = logs.Memory,
            InterruptRemapping = platform?.InterruptRemapping,
        });

        static VmFacts VmFactsOf(HostReader files, VmManager manager, StartLogs logs)
        {
            var read = manager.Read(files);
            EquatableArray<Vm>? vms = read.Vms is { } all ? manager.WithStarts(files, logs, all) : null;
            return new VmFacts(manager, vms, read.NotesSeen, files.AllAnswered("etc"));
        }

        T? Run<T>(Collector collector, Func<HostReader, T?> read)
            where T : class
        {
            if (!wanted.Contains(collector))
            {
                return null;
            }

            var start = time.GetTimestamp();
            attempt.Enter($"{collector}");
            var files = new HostReader(tree, attempt);
            var section = read(files);
            runs.Add(new CollectorRun(collector, time.GetElapsedTime(start), [.. files.Issues]));
            return section;
        }
    }
}
