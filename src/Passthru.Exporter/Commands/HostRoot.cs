using System.CommandLine;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Observing;
using Passthru.Facts;
using Passthru.Facts.Baseline;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Systemd;

namespace Passthru.Exporter.Commands;

/// <summary>From flags to the host that is looked at.</summary>
internal static class HostRoot
{
    /// <summary>Nobody waits with a deadline of his own for a verb that reads once.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>A bus answers in milliseconds; one that hangs is waited for no longer.</summary>
    private static readonly TimeSpan BusLimit = TimeSpan.FromSeconds(1);

    /// <exception cref="CannotStartException">There is no host to be seen.</exception>
    public static IFileTree Open(ParseResult flags)
    {
        var root = flags.GetRequiredValue(Flags.RootFs);
        var sysfs = flags.GetValue(Flags.SysFs);
        try
        {
            var tree = FileTree.Open(root, sysfs, flags.GetValue(Flags.ProcFs));
            return FactsReader.ShowsHost(tree)
                ? WithBaseline(tree, flags.GetValue(Flags.BaselineFile))
                : throw new CannotStartException($"{sysfs ?? Path.Join(root, "sys")}: no sysfs there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            throw new CannotStartException(e is InvalidDataException or DirectoryNotFoundException or NotSupportedException ? e.Message : $"{root}: {LocalFile.Message(e)}");
        }
    }

    /// <summary>One read of what the flags want.</summary>
    public static Observation Look(ParseResult flags)
    {
        var tree = Open(flags);
        var settings = new SettingsSource(tree, flags.GetValue(Flags.ConfigFile));
        return new HostObserver(tree, WantedCollectors(flags), settings, Timeout, Units(flags, tree)).Observe();
    }

    /// <summary>A baseline of one's own for the host, wherever that is; a capture brings it along as the host's.</summary>
    private static IFileTree WithBaseline(IFileTree tree, string? file) => file is null
        ? tree
        : new OverlayTree(tree, BaselineFile.DefaultPath, new DirectoryTree("/"), Path.GetFullPath(file).TrimStart('/'));

    public static HashSet<Collector> WantedCollectors(ParseResult flags) =>
        [.. Flags.PerCollector.Where(it => flags.GetValue(it.On) || !flags.GetValue(it.Off)).Select(it => it.Collector)];

    /// <summary>The systemd of the host that is looked at: at the address that is given, on this host's bus where the root is this host's, in a capture.</summary>
    public static IUnitSource? Units(ParseResult flags, IFileTree tree)
    {
        var address = flags.GetValue(Flags.BusAddress);
        return address is not null || flags.GetRequiredValue(Flags.RootFs) == "/" ? new DBusUnits(BusLimit, address) : RecordedUnits.In(tree);
    }

    public static Log Log(ParseResult flags) =>
        new(Console.Error, flags.GetValue(Flags.Level), flags.GetValue(Flags.Format), TimeProvider.System, JournalStream.IsStandardError);
}

/// <summary>A reason not to start, in one line for the person at the terminal.</summary>
internal sealed class CannotStartException(string message) : Exception(message);
