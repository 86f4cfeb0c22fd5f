using System.Collections.Immutable;
using Passthru.Facts.Files;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Usage;

namespace Passthru.Facts;

/// <summary>Files in, <see cref="HostFacts"/> out: one call reads a host once.</summary>
public static class FactsReader
{
    /// <summary>There is a sysfs below the root: without one it is no host, and all that could be said of it would be wrong.</summary>
    public static bool ShowsHost(IFileTree tree) => tree.Identify("sys/bus", out _) == Errno.None;

    /// <param name="tree">The host's files.</param>
    /// <param name="wanted">The sections to read; the others stay null.</param>
    /// <param name="memory">What the read before left.</param>
    /// <param name="patience">Lets the caller give up on files that do not answer.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The facts, and what to hand to the next read.</returns>
    public static (HostFacts Facts, FactsMemory Memory) Read(
        IFileTree tree, IReadOnlySet<Collector> wanted, FactsMemory memory, Patience patience, TimeProvider time)
    {
        var runs = ImmutableArray.CreateBuilder<CollectorRun>();
        var platform = Run(Collector.Platform, files => PlatformReader.Read(files, memory.InterruptRemapping));
        var kernel = Run(Collector.Kernel, files => KernelReader.Read(files, memory.Kernel));
        var iommu = Run(Collector.Iommu, IommuReader.Read);
        var pci = Run(Collector.Pci, files => PciReader.Read(files, memory.Pci));
        var usage = Run(Collector.Usage, UsageReader.Read);

        var facts = new HostFacts
        {
            TakenAt = time.GetUtcNow(),
            Platform = platform,
            Kernel = kernel,
            Iommu = iommu,
            Pci = pci?.Facts,
            Usage = usage,
            Collectors = runs.DrainToImmutable(),
        };
        return (facts, new FactsMemory
        {
            Pci = pci?.Memory ?? memory.Pci,
            Kernel = kernel is null ? memory.Kernel : KernelMemory.Of(kernel),
            InterruptRemapping = platform?.InterruptRemapping,
        });

        T? Run<T>(Collector collector, Func<HostFiles, T> read)
            where T : class
        {
            if (!wanted.Contains(collector))
            {
                return null;
            }

            var start = time.GetTimestamp();
            var files = new HostFiles(tree, patience);
            var section = read(files);
            runs.Add(new CollectorRun(collector, time.GetElapsedTime(start), [.. files.Issues]));
            return section;
        }
    }
}
