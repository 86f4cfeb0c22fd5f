using System.Text.RegularExpressions;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>Starts of VMs by the task logs of this node.</summary>
internal sealed partial class ProxmoxStarts
{
    /// <summary>Failed backups that are looked into, the latest first.</summary>
    private const int MaxBackups = 8;

    private const string TaskError = "TASK ERROR: ";
    private const string BackupError = "ERROR: Backup of VM ";

    private readonly HostReader _files;
    private readonly StartLogs _logs;
    private readonly ILookup<string, ProxmoxTask> _starts;
    private readonly List<(string Vm, VmStart Start)> _backups;

    private ProxmoxStarts(HostReader files, StartLogs logs, IReadOnlyList<ProxmoxTask> tasks)
    {
        _files = files;
        _logs = logs;
        _starts = tasks.Where(task => task.IsStart).ToLookup(task => task.Vm);
        _backups = [.. tasks.Where(task => task.IsFailedBackup).TakeLast(MaxBackups).SelectMany(FailedIn)];
    }

    /// <summary>VMs without host devices are asked nothing of.</summary>
    public static EquatableArray<Vm> Add(HostReader files, StartLogs logs, EquatableArray<Vm> vms)
    {
        if (!vms.Any(vm => !vm.Devices.IsEmpty) || Tasks(files, logs) is not { } tasks)
        {
            return vms;
        }

        var starts = new ProxmoxStarts(files, logs, tasks);
        return [.. vms.Select(vm => vm.Devices.IsEmpty || vm.IsTemplate ? vm : vm with { Starts = starts.Of(vm.Id) })];
    }

    /// <summary>What a capture may show of a log: tasks that start VMs, and errors that are known.</summary>
    public static string? Redact(string[] path, string text) => path switch
    {
        ["var", "log", "pve", "tasks", "index" or "index.1" or "active"] => Lines(text, line => ProxmoxTask.Redacted(line) is { } kept ? WithoutUser(kept) : null),
        ["var", "log", "pve", "tasks", _, _] => Lines(text, RedactedOutput),
        _ => null,
    };

    /// <summary>A task's file is named after the user who started it, too.</summary>
    public static string? RedactPath(string path, Pseudonyms? names) => path.StartsWith($"{ProxmoxTask.Directory}/", StringComparison.Ordinal) ? WithoutUser(path) : null;

    /// <summary>By time, the turned index before the present one; a task whose status is known in one of them before one where it is not.</summary>
    private static List<ProxmoxTask>? Tasks(HostReader files, StartLogs logs)
    {
        string[] names = ["index.1", "index", "active"];
        var lines = names.Select(name => logs.Lines(files, $"{ProxmoxTask.Directory}/{name}", ProxmoxTask.Kept)).ToList();
        return lines[1] is null && lines[2] is null
            ? null
            :
            [
                .. lines.SelectMany(file => file ?? []).Select(line => ProxmoxTask.TryParse(line, out var task) ? task : null).OfType<ProxmoxTask>()
                    .GroupBy(task => task.Upid)
                    .Select(same => same.FirstOrDefault(task => task.Status is not null) ?? same.First())
                    .OrderBy(task => task.At).ThenBy(task => task.Upid, StringComparer.Ordinal),
            ];
    }

    private EquatableArray<VmStart> Of(string vm)
    {
        var tasks = _starts[vm].ToList();
        if (tasks.Count > 0 && tasks[^1] is { Status: null } last)
        {
            tasks[^1] = last with { Status = StatusOf(last) };
        }

        var ended = tasks.Where(task => ProxmoxTask.Succeeded(task.Status) is not null).ToList();
        var starts = ended.Select(task => new VmStart(task.At, ProxmoxTask.Succeeded(task.Status))).Concat(_backups.Where(one => one.Vm == vm).Select(one => one.Start))
            .OrderBy(start => start.At).ToList();
        if (ended.Count > 0 && starts[^1] is { Succeeded: false, Failure: null } failed)
        {
            starts[^1] = failed with { Failure = Explain(ended[^1]) };
        }

        return _logs.WithEarlier($"{ProxmoxManager.Row.Name}/{vm}", starts);
    }

    /// <summary>A task that ended and is not in the index yet says so in its own last line.</summary>
    private string? StatusOf(ProxmoxTask task) => Output(task)?.LastOrDefault() switch
    {
        "TASK OK" => "OK",
        { } line when line.StartsWith(TaskError, StringComparison.Ordinal) => line[TaskError.Length..],
        { } line when line.StartsWith("TASK WARNINGS", StringComparison.Ordinal) => line["TASK ".Length..],
        _ => null,
    };

    /// <summary>The error itself where it is known, else what stands before it; nothing that is known: the error as it is.</summary>
    private StartFailure Explain(ProxmoxTask task)
    {
        var output = Output(task) ?? [];
        var cause = output.LastOrDefault(line => !line.StartsWith("TASK ", StringComparison.Ordinal));
        return StartMessages.Explain([task.Status!, .. output]) ?? new StartFailure(StartFailureReason.Other, task.Status!.StartsWith("start failed", StringComparison.Ordinal) ? cause ?? task.Status : task.Status);
    }

    /// <summary><c>ERROR: Backup of VM 101 failed - start failed: QEMU exited with code 1</c>.</summary>
    private IEnumerable<(string Vm, VmStart Start)> FailedIn(ProxmoxTask backup)
    {
        var output = Output(backup) ?? [];
        foreach (var line in output.Where(line => line.StartsWith(BackupError, StringComparison.Ordinal)))
        {
            if (line[BackupError.Length..].Split(" failed - ", 2) is [var vm, var error] && (error.StartsWith("start failed", StringComparison.Ordinal) || StartMessages.Read(error) is not null))
            {
                var failure = StartMessages.Explain([error, .. output]) ?? new StartFailure(StartFailureReason.Other, error);
                yield return (vm, new VmStart(backup.At, false) { Failure = failure });
            }
        }
    }

    private string[]? Output(ProxmoxTask task) => _logs.Lines(_files, task.File, KeptOutput);

    /// <summary>The last line, QEMU's own, and what is known.</summary>
    private static string? KeptOutput(string line) =>
        StartLine.Known(line) is { } known && !line.StartsWith("TASK ", StringComparison.Ordinal) && !line.StartsWith(BackupError, StringComparison.Ordinal) ? known
        : line.StartsWith("TASK ", StringComparison.Ordinal) || line.StartsWith("kvm: ", StringComparison.Ordinal) || line.StartsWith(BackupError, StringComparison.Ordinal)
            ? Cleaned(line)
            : null;

    private static string Cleaned(string line) =>
        line.StartsWith(TaskError, StringComparison.Ordinal) ? TaskError + StartLine.Clean(line[TaskError.Length..])
        : line.StartsWith(BackupError, StringComparison.Ordinal) && line.Split(" failed - ", 2) is [var start, var error] ? $"{start} failed - {StartLine.Clean(error)}"
        : StartLine.Clean(line);

    private static string? RedactedOutput(string line)
    {
        if (line.StartsWith(TaskError, StringComparison.Ordinal))
        {
            return TaskError + (ProxmoxTask.Succeeded(line[TaskError.Length..]) is null ? line[TaskError.Length..] : StartLine.Known(line) ?? StartOnly(line[TaskError.Length..]));
        }

        if (line.StartsWith(BackupError, StringComparison.Ordinal) && line.Split(" failed - ", 2) is [var start, var error])
        {
            return $"{start} failed - {StartLine.Known(error) ?? StartOnly(error)}";
        }

        return line is "TASK OK" || line.StartsWith("TASK WARNINGS: ", StringComparison.Ordinal) ? line : StartLine.Known(line);
    }

    /// <summary>That QEMU did not start, and nothing of what.</summary>
    private static string StartOnly(string error) => error.StartsWith("start failed", StringComparison.Ordinal) ? "start failed" : Redaction.LeftOut;

    private static string Lines(string text, Func<string, string?> keep) =>
        string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(keep).OfType<string>().Select(line => line + "\n"));

    private static string WithoutUser(string text) => User().Replace(text, "$1user:");

    [GeneratedRegex("(UPID(?::[^:/ ]*){6}:)[^:/ ]*:")]
    private static partial Regex User();
}
