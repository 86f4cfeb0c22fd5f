using System.CommandLine;
using Passthru.Facts;
using Passthru.Facts.Files;

namespace Passthru.Exporter.Commands;

/// <summary>From flags to the host that is looked at.</summary>
internal static class HostRoot
{
    /// <exception cref="CannotStartException">There is no host to be seen.</exception>
    public static IFileTree Open(ParseResult flags)
    {
        var root = flags.GetRequiredValue(Flags.RootFs);
        var sysfs = flags.GetValue(Flags.SysFs);
        try
        {
            var tree = FileTree.Open(root, sysfs, flags.GetValue(Flags.ProcFs));
            return FactsReader.ShowsHost(tree)
                ? tree
                : throw new CannotStartException($"{sysfs ?? Path.Join(root, "sys")}: no sysfs there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CannotStartException(e.Message);
        }
    }

    public static HashSet<Collector> WantedCollectors(ParseResult flags) =>
        [.. Flags.PerCollector.Where(it => flags.GetValue(it.On) || !flags.GetValue(it.Off)).Select(it => it.Collector)];

    public static Log Log(ParseResult flags) =>
        new(Console.Error, flags.GetValue(Flags.Level), flags.GetValue(Flags.Format), TimeProvider.System);
}

/// <summary>A reason not to start, in one line for the person at the terminal.</summary>
internal sealed class CannotStartException(string message) : Exception(message);
