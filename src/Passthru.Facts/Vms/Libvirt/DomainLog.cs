using System.Globalization;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// Starts of a domain by the log of its QEMU, <c>/var/log/libvirt/qemu/NAME.log</c>: <c>TIME: starting up libvirt version: …</c>, the command
/// line, what QEMU says, and <c>TIME: shutting down, reason=…</c> (qemuProcessLaunch, qemuProcessStop). A start that fails before QEMU is
/// called has the last line alone.
/// </summary>
internal static class DomainLog
{
    private const string Directory = "var/log/libvirt/qemu";
    private const string Begins = ": starting up libvirt version";
    private const string Ends = ": shutting down, reason=";
    private const string Failed = "failed";

    /// <summary>Turned by logrotate or by virtlogd, then the present one. Older ones are compressed, or reach back too far.</summary>
    private static readonly string[] Files = [".log.1", ".log.0", ".log"];

    /// <summary>VMs of a user's own manager have their logs in the home directory, which is nobody's business.</summary>
    public static EquatableArray<Vm> Add(HostReader files, StartLogs logs, EquatableArray<Vm> vms) =>
        [.. vms.Select(vm => vm.Devices.IsEmpty || vm.User is not null || !vm.IsManaged ? vm : vm with { Starts = Read(files, logs, vm) })];

    /// <summary>What a capture may show: when the domain was started and ended, and messages that are known.</summary>
    public static string? Redact(string[] path, string text, Pseudonyms? names) =>
        path is ["var", "log", "libvirt", "qemu", _]
            ? string.Concat(text.Split('\n').Select(Redacted).OfType<string>().Select(line => WithOtherName(line, names) + "\n"))
            : null;

    public static string? RedactPath(string path, Pseudonyms? names) =>
        names is not null && path.StartsWith($"{Directory}/", StringComparison.Ordinal)
        && Files.FirstOrDefault(end => path.EndsWith(end, StringComparison.Ordinal)) is { } ending
        && path[(Directory.Length + 1)..^ending.Length] is { Length: > 0 } name
            ? $"{Directory}/{names.Of(name)}{ending}"
            : null;

    private static EquatableArray<VmStart>? Read(HostReader files, StartLogs logs, Vm vm)
    {
        var read = Files.Select(end => logs.Lines(files, $"{Directory}/{vm.Id}{end}", Kept)).ToList();
        return read[^1] is null ? null : logs.WithEarlier($"{LibvirtManager.Row.Name}/{vm.Id}", Starts(read.SelectMany(lines => lines ?? []), vm.ManagerSaysRunning == true));
    }

    /// <summary>Of a start without an end only the manager's note of the running domain says that it went through.</summary>
    private static List<VmStart> Starts(IEnumerable<string> lines, bool isRunning)
    {
        var starts = new List<VmStart>();
        DateTimeOffset? begun = null;
        var messages = new List<string>();
        foreach (var line in lines)
        {
            if (TimeBefore(line, Begins) is { } start)
            {
                AddBegun(null);
                begun = start;
                messages.Clear();
            }
            else if (TimeBefore(line, Ends) is { } end)
            {
                var hasFailed = line.AsSpan(line.IndexOf(Ends, StringComparison.Ordinal) + Ends.Length).StartsWith(Failed);
                begun ??= hasFailed ? end : null;
                AddBegun(!hasFailed);
            }
            else
            {
                messages.Add(line);
            }
        }

        AddBegun(isRunning ? true : null);
        return starts;

        void AddBegun(bool? succeeded)
        {
            if (begun is { } at)
            {
                starts.Add(new VmStart(at, succeeded) { Failure = succeeded == false ? Explain(messages) : null });
            }

            begun = null;
            messages.Clear();
        }
    }

    private static StartFailure Explain(List<string> messages) =>
        StartMessages.Explain(messages) ?? new StartFailure(StartFailureReason.Other, messages.Count > 0 ? messages[^1] : null);

    /// <summary>Not the command line, nor what stands around it.</summary>
    private static string? Kept(string line) =>
        TimeBefore(line, Begins) is not null ? $"{line[..line.IndexOf(Begins, StringComparison.Ordinal)]}{Begins}"
        : TimeBefore(line, Ends) is not null ? line
        : IsOfQemu(line) ? StartLine.Clean(line)
        : StartLine.Known(line);

    private static string? Redacted(string line) => TimeBefore(line, Begins) is not null || TimeBefore(line, Ends) is not null ? line : StartLine.Known(line);

    /// <summary><c>2024-02-21T10:11:12.123456Z qemu-system-x86_64: …</c>; older ones have no time there. An argument ends in a backslash.</summary>
    private static bool IsOfQemu(string line) =>
        !line.EndsWith('\\') && line.IndexOf("qemu", StringComparison.Ordinal) is >= 0 and < 40 && line.Contains(": ", StringComparison.Ordinal) && !line.Contains(": warning: ", StringComparison.Ordinal)
        || line.StartsWith("libvirt:", StringComparison.Ordinal);

    private static string WithOtherName(string line, Pseudonyms? names)
    {
        const string mark = ", domain ";
        var at = line.LastIndexOf(mark, StringComparison.Ordinal);
        return names is null || at < 0 ? line : line[..(at + mark.Length)] + names.Of(line[(at + mark.Length)..].Trim());
    }

    /// <summary>libvirt writes UTC: <c>2024-02-21 10:11:12.123+0000</c>.</summary>
    private static DateTimeOffset? TimeBefore(string line, string what) =>
        line.IndexOf(what, StringComparison.Ordinal) is var at and >= 19 and < 40
        && DateTimeOffset.TryParseExact(line.AsSpan(0, 19), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
