using System.Globalization;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Exporter.Metrics;

/// <summary>
/// The exporter's own process, in the terms of the Prometheus client guidelines (Standard and runtime collectors). Sources:
/// <c>/proc/self/{stat,limits,fd}</c> and <c>/proc/stat</c> of the namespace it runs in, whatever host it looks at.
/// </summary>
internal sealed record ProcessStatus
{
    /// <summary>USER_HZ of every architecture .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Read once: <c>/proc/stat</c> takes long on a host with many interrupts, and a clock that is set later moves no start.</summary>
    private static double? _bootTime;

    public double? CpuSeconds { get; init; }

    public double? StartTime { get; init; }

    public double? VirtualBytes { get; init; }

    public double? ResidentBytes { get; init; }

    public double? Threads { get; init; }

    public double? OpenFiles { get; init; }

    public double? MaxFiles { get; init; }

    public static ProcessStatus Read(IFileTree ownRoot)
    {
        var files = new HostReader(ownRoot, ReadAttempt.Unlimited);
        _bootTime ??= NumberAfter(files.LongText("proc/stat", 1024 * 1024), "btime ");
        var status = new ProcessStatus
        {
            OpenFiles = files.Names("proc/self/fd")?.Count,
            MaxFiles = NumberAfter(files.LongText("proc/self/limits", 16 * 1024), "Max open files"),
        };

        // proc_pid_stat(5), counted from what follows the name in brackets, which may hold anything: there field 3 is number 0.
        var stat = files.Text("proc/self/stat");
        var fields = stat?[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is null || fields.Length < 22
            ? status
            : status with
            {
                CpuSeconds = (Number(fields[11]) + Number(fields[12])) / TicksPerSecond,
                Threads = Number(fields[17]),
                StartTime = _bootTime + Number(fields[19]) / TicksPerSecond,
                VirtualBytes = Number(fields[20]),
                ResidentBytes = Number(fields[21]) * Environment.SystemPageSize,
            };
    }

    private static double? NumberAfter(string? text, string key)
    {
        var at = text?.IndexOf(key, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : Number(text![(at + key.Length)..].Split((char[])[' ', '\n'], 2, StringSplitOptions.RemoveEmptyEntries)[0]);
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
