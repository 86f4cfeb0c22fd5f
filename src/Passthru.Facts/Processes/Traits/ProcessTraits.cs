using System.Globalization;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Processes.Traits;

/// <summary>
/// What tells whose process it is. The kernel and root say where it runs: control group, namespaces, user. Its name, its arguments
/// and its executable are what whoever started it made them.
/// </summary>
internal sealed class ProcessTraits
{
    private readonly HostReader _files;
    private bool? _isInContainer;
    private bool _containerRead;
    private uint? _user;
    private bool _userRead;

    private ProcessTraits(HostReader files, int pid)
    {
        _files = files;
        Pid = pid;
        var arguments = CommandLine.Read(files, pid);
        ArgumentsComplete = arguments is not null;
        Arguments = arguments ?? [];
        Executable = Arguments is [var first, ..] && VmPrograms.Runs(FileName(first)) ? null : files.WithOwnIssues().Link($"proc/{pid}/exe");
        Group = ControlGroup.Read(files, pid);
    }

    public int Pid { get; }

    public IReadOnlyList<string> Arguments { get; }

    /// <summary>False: the command line is refused or does not come, and says nothing of name, VM or manager.</summary>
    public bool ArgumentsComplete { get; }

    /// <summary>Path of the executable; null where the first argument already names a program that runs VMs, or where it can't be seen. Source: <c>/proc/PID/exe</c>.</summary>
    public string? Executable { get; }

    public ControlGroup Group { get; }

    /// <summary>File name of the first argument; null without arguments.</summary>
    public string? CalledAs => Arguments is [var first, ..] ? FileName(first) : null;

    /// <summary>File name of the program: of the executable where that was asked for, else of the first argument; empty for neither.</summary>
    public string Program => Executable is { } path ? FileName(path) : Arguments is [var first, ..] ? FileName(first) : "";

    /// <summary>
    /// It is in another PID namespace than process 1. A mount namespace of its own proves nothing: libvirt gives one to every VM.
    /// Null where the links can't be read. Source: <c>/proc/PID/ns/pid</c>.
    /// </summary>
    public bool? IsInContainer
    {
        get
        {
            if (!_containerRead)
            {
                _containerRead = true;
                var quiet = _files.WithOwnIssues();
                _isInContainer = quiet.Link($"proc/{Pid}/ns/pid") is { } own && quiet.Link("proc/1/ns/pid") is { } host ? own != host : null;
            }

            return _isInContainer;
        }
    }

    /// <summary>The real user; null where that can't be read. Source: <c>Uid:</c> in <c>/proc/PID/status</c>, else the slice.</summary>
    public uint? User
    {
        get
        {
            if (!_userRead)
            {
                _userRead = true;
                _user = UserIn(_files.WithOwnIssues().Start($"proc/{Pid}/status")) ?? Group.User;
            }

            return _user;
        }
    }

    /// <summary>The process that started it. Source: the fourth field of <c>/proc/PID/stat</c>, behind the name in brackets (proc_pid_stat(5)).</summary>
    public static int? ParentOf(HostReader files, int pid)
    {
        var stat = files.WithOwnIssues().Start($"proc/{pid}/stat");
        var fields = stat?[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is [_, var parent, ..] && int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? number : null;
    }

    public static ProcessTraits Read(HostReader files, int pid) => new(files, pid);

    /// <summary>A path as the process means it: from where it works, unless it begins at the root. Source: <c>/proc/PID/cwd</c>.</summary>
    public string PathOf(string argument) =>
        argument.StartsWith('/') ? argument[1..] : $"{_files.WithOwnIssues().Link($"proc/{Pid}/cwd")?.TrimStart('/')}/{argument}";

    /// <summary>Any argument has this text in it.</summary>
    public bool Says(string text) => Arguments.Any(argument => argument.Contains(text, StringComparison.Ordinal));

    /// <summary>Forked off the same command: the same arguments in the same control group.</summary>
    public bool IsForkOf(ProcessTraits other) =>
        Group.Path == other.Group.Path && Arguments.Count > 0 && Arguments.SequenceEqual(other.Arguments);

    /// <summary>The last part of a path, without what the kernel appends to a file that was replaced, and without what a wrapper of NixOS puts around it.</summary>
    private static string FileName(string path)
    {
        const string deleted = " (deleted)", wrapped = "-wrapped";
        path = path.EndsWith(deleted, StringComparison.Ordinal) ? path[..^deleted.Length] : path;
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.StartsWith('.') && name.EndsWith(wrapped, StringComparison.Ordinal) ? name[1..^wrapped.Length] : name;
    }

    private static uint? UserIn(string? status)
    {
        const string key = "Uid:";
        var line = status?.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line?[key.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var real, ..]
            && uint.TryParse(real, NumberStyles.None, CultureInfo.InvariantCulture, out var user) ? user : null;
    }
}
