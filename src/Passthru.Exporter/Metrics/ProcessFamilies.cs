namespace Passthru.Exporter.Metrics;

/// <summary>The process and its runtime: served, but not printed by <c>metrics</c>, whose output another exporter may take up as its own.</summary>
internal static class ProcessFamilies
{
    public static readonly Family[] All =
    [
        Family.Counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", [], view => Sample.From(view.Process?.CpuSeconds)),
        Family.Gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", [], view => Sample.From(view.Process?.StartTime)),
        Family.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes; the runtime reserves address space that it never uses.", [],
            view => Sample.From(view.Process?.VirtualBytes)),
        Family.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.", [], view => Sample.From(view.Process?.ResidentBytes)),
        Family.Gauge("process_threads", "Number of OS threads in the process.", [], view => Sample.From(view.Process?.Threads)),
        Family.Gauge("process_open_fds", "Number of open file descriptors.", [], view => Sample.From(view.Process?.OpenFiles)),
        Family.Gauge("process_max_fds", "Maximum number of open file descriptors.", [], view => Sample.From(view.Process?.MaxFiles)),
        Family.Gauge("dotnet_gc_heap_bytes", "Managed memory in use.", [], view => view.Process is null ? [] : [new Sample(GC.GetTotalMemory(false))]),
        Family.Counter("dotnet_gc_allocated_bytes_total", "Managed memory allocated since the start.", [],
            view => view.Process is null ? [] : [new Sample(GC.GetTotalAllocatedBytes())]),
        Family.Counter("dotnet_gc_collections_total", "Garbage collections by generation.", ["generation"],
            view => view.Process is null
                ? []
                : Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Sample(GC.CollectionCount(generation), $"{generation}"))),
        Family.Gauge("dotnet_threadpool_threads", "Threads in the thread pool.", [], view => view.Process is null ? [] : [new Sample(ThreadPool.ThreadCount)]),
    ];
}
