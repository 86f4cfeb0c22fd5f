using System.ComponentModel;
using System.Diagnostics;

namespace Passthru.Tests.Hosts;

/// <summary>The real lspci, pointed at a written host: somebody else's opinion of our config space.</summary>
internal sealed record Lspci(string Text, string Complaints)
{
    /// <summary>One text per function, from its address on.</summary>
    public IReadOnlyDictionary<string, string> Functions { get; } = Text
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(block => block[..block.IndexOf(' ', StringComparison.Ordinal)]);

    /// <summary>null where lspci is not installed.</summary>
    public static Lspci? Of(WrittenHost host)
    {
        var start = new ProcessStartInfo("lspci") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-A", "linux-sysfs", "-O", $"sysfs.path={host.Root}/sys/bus/pci", "-O", "hwdb.disable=1",
            "-i", $"{host.Root}/usr/share/misc/pci.ids", "-D", "-vvv", "-nn",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            using var process = Process.Start(start)!;
            var complaints = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            return new(text, WithoutModules(complaints.Result));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>It looks for the modules of the machine that runs the test, which may have none.</summary>
    private static string WithoutModules(string complaints) =>
        string.Concat(complaints.Split('\n').Where(line => line.Length > 0 && !line.Contains("libkmod", StringComparison.Ordinal)));
}
