using System.Text.RegularExpressions;
using Passthru.Facts.HostDependencies.Programs;
using Passthru.Facts.HostDependencies.Storage;
using Passthru.Facts.Processes;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Managers;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Capture.Redacting;

/// <summary>What of a process bears on passthrough: of a virtual machine who it is and what it takes, of any other nearly nothing.</summary>
internal static partial class ProcessRedaction
{
    /// <summary>A command line of which <see cref="VmCommandLine"/> understands the same.</summary>
    public static string Arguments(byte[] content, Pseudonyms? names)
    {
        var arguments = CommandLine.Split(content);
        var program = arguments is [var first, ..] ? first[(first.LastIndexOf('/') + 1)..] : "";
        var line = new VmCommandLine(program, arguments);
        return string.Concat((VmPrograms.Runs(program) ? OfVm(arguments, line, names) : [program]).Select(argument => argument + "\0"));
    }

    private static IEnumerable<string> OfVm(IReadOnlyList<string> arguments, VmCommandLine line, Pseudonyms? names)
    {
        yield return arguments[0];
        if (line.VmId is { } id)
        {
            yield return "-id";
            yield return id;
        }

        if (line.Name is { } name)
        {
            yield return line.NameOption;
            var told = names?.Of(name) ?? name;
            yield return line.NameOption == "-name" ? $"guest={told.Replace(",", ",,", StringComparison.Ordinal)}" : told;
        }

        foreach (var file in names is null ? line.ConfigFiles : [])
        {
            yield return VmCommandLine.ReadConfig;
            yield return file;
        }

        foreach (var mark in VmManagers.All.SelectMany(manager => manager.Marks).Where(mark => arguments.Any(argument => argument.Contains(mark, StringComparison.Ordinal))))
        {
            yield return mark;
        }

        foreach (var argument in line.TakesDeviceOptions ? Devices(arguments) : (line.Functions ?? []).Select(function => $"{VmCommandLine.Devices}{function}"))
        {
            yield return argument;
        }
    }

    /// <summary>Of one that takes none it must still be seen that its devices are named here.</summary>
    private static List<string> Devices(IReadOnlyList<string> arguments)
    {
        var bare = QemuDeviceArguments.Bare(arguments).ToList();
        return bare.Count > 0 ? bare : QemuDeviceArguments.NamesDevices(arguments) ? ["-device", Redaction.LeftOut] : [];
    }

    /// <summary>The user, and nothing else of <c>/proc/PID/status</c>.</summary>
    public static string Status(string text) => string.Concat(text.Split('\n').Where(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Select(line => line + "\n"));

    /// <summary>Of <c>/proc/PID/stat</c> the parent, in the fourth field.</summary>
    public static string Stat(string text) =>
        text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..] ? $"0 ({Redaction.LeftOut}) S {parent}\n" : Redaction.LeftOut;

    /// <summary>Names that the readers know, and those of processes that matter.</summary>
    public static string Name(string text, bool isComplete, Pseudonyms? names) => text.Trim() switch
    {
        "kthreadd" => text,
        var name when names is not null && name.StartsWith("qemu:", StringComparison.Ordinal) => "qemu\n",
        var name => isComplete || VmPrograms.MayRun(name) || ProgramReader.IsWatcher(name) || name == CephDaemons.Program ? text : $"{Redaction.LeftOut}\n",
    };

    /// <summary>libvirt's units are named after the domain, as systemd escapes it: <c>machine-qemu\x2d3\x2dNAME.scope</c>.</summary>
    public static string Group(string text, Pseudonyms names) =>
        VmUnit().Replace(text, unit => $"{unit.Groups[1]}{Escaped(names.Of(HexEscapes.Decode(unit.Groups[2].Value)))}.scope");

    private static string Escaped(string name) => name.Replace("-", "\\x2d", StringComparison.Ordinal);

    [GeneratedRegex(@"(machine-qemu\\x2d[0-9]+\\x2d)([^/\n]*)\.scope")]
    private static partial Regex VmUnit();
}
