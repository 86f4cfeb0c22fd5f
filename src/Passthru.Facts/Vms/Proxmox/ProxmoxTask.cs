using System.Globalization;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// A task of this node. Sources: <c>/var/log/pve/tasks/index</c> (<c>UPID ENDTIME STATUS</c>, written when somebody lists tasks) and
/// <c>active</c> (<c>UPID SAVED</c>, with end and status where they are known); UPID:node:pid:start of the process:time:type:id:user:
/// with numbers in hex (PVE/RESTEnvironment.pm, PVE/Tools.pm).
/// </summary>
internal sealed record ProxmoxTask
{
    public const string Directory = "var/log/pve/tasks";

    private const string Start = "qmstart";
    private const string Backup = "vzdump";

    public required string Upid { get; init; }

    public required string Type { get; init; }

    /// <summary>The VM; empty for a task of several.</summary>
    public required string Vm { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary><c>OK</c>, <c>WARNINGS: 1</c>, or the error; null: it has not ended, or nobody has looked.</summary>
    public string? Status { get; init; }

    /// <summary>A start, also by HA, at boot, and of a VM that migrates to here.</summary>
    public bool IsStart => Type == Start && Vm.Length > 0;

    /// <summary>A backup in the mode "stop" starts the VM again, and says so in its own log only.</summary>
    public bool IsFailedBackup => Type == Backup && Succeeded(Status) == false;

    /// <summary>Where its output is: below the last digit of the time.</summary>
    public string File => $"{Directory}/{Upid.Split(':')[4][^1]}/{Upid}";

    /// <summary>Null: the status says nothing of the VM. Somebody stopped the task, or the VM ran already.</summary>
    public static bool? Succeeded(string? status) => status switch
    {
        null or "" or "unexpected status" or "stopped" => null,
        _ when status.Contains("interrupt", StringComparison.Ordinal) || status.EndsWith(" already running", StringComparison.Ordinal) => null,
        "OK" => true,
        _ => status.StartsWith("WARNINGS: ", StringComparison.Ordinal),
    };

    public static bool TryParse(string line, out ProxmoxTask task)
    {
        task = null!;
        var words = line.Split(' ', 2);
        if (words[0].Split(':') is not ["UPID", _, _, _, var time, var type, var id, ..] || time.Length == 0
            || !long.TryParse(time, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds) || seconds is < 0 or > uint.MaxValue)
        {
            return false;
        }

        task = new ProxmoxTask
        {
            Upid = words[0],
            Type = type,
            Vm = id,
            At = DateTimeOffset.FromUnixTimeSeconds(seconds),
            Status = words.Length > 1 ? StatusIn(words[1]) : null,
        };
        return true;
    }

    /// <summary>Lines of tasks that may start a VM, without the command line that an error may name.</summary>
    public static string? Kept(string line) =>
        TryParse(line, out var task) && (task.IsStart || task.IsFailedBackup) ? WithStatus(line, task, task.Status is { } status ? Clean(status) : null) : null;

    /// <summary>The same with nothing but statuses that are known.</summary>
    public static string? Redacted(string line) =>
        TryParse(line, out var task) && (task.IsStart || task.IsFailedBackup)
            ? WithStatus(line, task, task.Status is { } status ? Succeeded(status) == false ? StartLine.Known(status) ?? Capture.Redaction.LeftOut : status : null)
            : null;

    private static string Clean(string status) => Succeeded(status) == false ? StartLine.Clean(status) : status;

    private static string WithStatus(string line, ProxmoxTask task, string? status) =>
        status is null ? line : $"{line[..line.LastIndexOf(task.Status!, StringComparison.Ordinal)]}{status}";

    /// <summary>After the eight digits of the end; in <c>active</c> a digit goes before them.</summary>
    private static string? StatusIn(string rest)
    {
        var words = rest.Split(' ', 3);
        return words switch
        {
            [{ Length: 8 }, ..] => rest.Split(' ', 2) is [_, { Length: > 0 } status] ? status.Trim() : null,
            [{ Length: 1 }, { Length: 8 }, { Length: > 0 } status] => status.Trim(),
            _ => null,
        };
    }
}
