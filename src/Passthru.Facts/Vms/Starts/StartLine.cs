namespace Passthru.Facts.Vms.Starts;

/// <summary>
/// A line of a log without the command line of a VM in it: what stands in arguments may be a password. QEMU names the argument that a
/// message is about (<c>kvm: -device vfio-pci,host=…: </c>), and Proxmox the whole command that failed.
/// </summary>
internal static class StartLine
{
    private const int Longest = 300;
    private const string Command = "command '";

    /// <summary>What the table knows of a line, or else the line without arguments.</summary>
    public static string Clean(string line) => StartMessages.Read(line)?.Line ?? Cut(WithoutArgument(WithoutCommand(line)));

    /// <summary>What the table knows of a line; null: nothing, so that nobody else is to see it.</summary>
    public static string? Known(string line) => StartMessages.Read(line)?.Line;

    /// <summary><c>start failed: command '/usr/bin/kvm -id 100 …' failed: exit code 1</c>.</summary>
    private static string WithoutCommand(string line)
    {
        var begin = line.IndexOf(Command, StringComparison.Ordinal);
        var end = line.LastIndexOf("' failed: ", StringComparison.Ordinal);
        return begin < 0 ? line : $"{line[..begin]}command{(end > begin ? line[(end + 1)..] : "")}";
    }

    /// <summary><c>kvm: -chardev socket,id=…: message</c>; an argument may be JSON.</summary>
    private static string WithoutArgument(string line)
    {
        var option = line.IndexOf(": -", StringComparison.Ordinal);
        if (option < 0)
        {
            return line.StartsWith('-') ? "-" : line;
        }

        var argument = line.IndexOf(' ', option + 2);
        if (argument < 0)
        {
            return line;
        }

        var isJson = line.AsSpan(argument).TrimStart().StartsWith('{');
        var end = isJson ? line.LastIndexOf("}: ", StringComparison.Ordinal) + 1 : line.IndexOf(": ", argument, StringComparison.Ordinal);
        return $"{line[..(option + 2)]}{line[(option + 3)..argument]}{(end > argument ? line[end..] : "")}";
    }

    private static string Cut(string line) => line.Length <= Longest ? line : line[..Longest];
}
