using System.CommandLine;
using System.CommandLine.Parsing;
using Passthru.Exporter.Commands;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Text;
using Passthru.Facts.Reading;

namespace Passthru.Exporter;

/// <summary>The verbs and what each of them takes.</summary>
internal static class Program
{

    /// <summary>Returns the exit code: what the verb says, 1 when it could not start; check and diff have their own number for that.</summary>
    public static int Main(string[] arguments)
    {
        try
        {
            return Run(arguments);
        }
        catch (Exception e) when (e is CannotStartException or SettingsException or TimeoutException or IOException)
        {
            Console.Error.WriteLine($"{Build.ProgramName}: {LocalFile.Message(e)}");
            return CouldNotStart(arguments);
        }
    }

    private static int CouldNotStart(string[] arguments) =>
        Root().Parse(arguments).CommandResult.Command.Name is "check" or "diff" or "plan" ? ExitCode.CouldNotLook : 1;

    private static int Run(string[] arguments)
    {
        FlagDefaults.Take(Settings.None.Flags);
        var parsed = Root().Parse(arguments);
        if (parsed.Errors.Count == 0 && OwnFile(parsed) is { } file)
        {
            FlagDefaults.Take(SettingsFile.Parse(SettingsSource.TextOf(file), file).Flags);
            parsed = Root().Parse(arguments);
        }

        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }

        Console.Error.WriteLine($"{Build.ProgramName}: {Explain(parsed, arguments)}");
        return CouldNotStart(arguments);
    }

    /// <summary>
    /// The configuration file whose flags count: this program's own. One that lies in the root of another host speaks of that
    /// host, not of how to look at it.
    /// </summary>
    private static string? OwnFile(ParseResult parsed)
    {
        const string installed = $"/{SettingsSource.DefaultFile}";
        return parsed.Action is PrintVersion or System.CommandLine.Help.HelpAction ? null
            : parsed.GetValue(Flags.ConfigFile) is { } file ? file
            : parsed.GetValue(Flags.RootFs) == "/" && File.Exists(installed) ? installed
            : null;
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Prometheus exporter for the PCI passthrough state of a Linux host.");
        foreach (var flag in Flags.Everywhere)
        {
            flag.Recursive = true;
            root.Options.Add(flag);
        }

        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        root.Subcommands.Add(Verb("serve", "Serve metrics over HTTP; what is done without a command.", Serve.Run, [.. Flags.OfServe]));
        root.Subcommands.Add(Verb("metrics", "Read once and print metrics in the text format.", PrintMetrics.Run, [Flags.Output]));
        root.Subcommands.Add(Verb("check", "Read once and tell what is wrong: exit 0 nothing, 1 warnings, 2 critical, 3 could not look.", Check.Run, [Flags.ReportFormat, Flags.Quiet, Flags.Vm, Flags.Device, Flags.Ready]));
        root.Subcommands.Add(Verb("topology", "Read once and print how devices are wired to VMs.", PrintTopology.Run, [Flags.TopologyFormat]));
        root.Subcommands.Add(PlanVerb());
        root.Subcommands.Add(CaptureVerb());
        root.Subcommands.Add(BaselineVerb());
        root.Subcommands.Add(Verb("healthcheck", "Ask the server on this machine whether it answers: exit 0 yes, 1 no.", HealthCheck.Run, [Flags.Listen]));
        AddTo(root, Serve.Run, [.. Flags.OfServe]);
        return root;
    }

    private static Command PlanVerb()
    {
        var verb = Verb("plan", "Read once and print the steps that bring a device to a VM on this host: exit 0 it may go, 2 it must not, 3 could not look.", PlanDevice.Run, [Flags.PlanVm, Flags.Undo, Flags.PlanFormat]);
        verb.Arguments.Add(PlanDevice.Devices);
        return verb;
    }

    private static Command CaptureVerb()
    {
        var verb = Verb("capture", "Write everything the program reads into a file that --path.rootfs can look at elsewhere.", Capture.Run, [Flags.RedactVmNames]);
        verb.Arguments.Add(Capture.Target);
        return verb;
    }

    private static Command BaselineVerb()
    {
        var verb = new Command("baseline", "Remember the topology as it is now, and tell later what has changed.");
        verb.Subcommands.Add(Verb("accept", "Take the devices, IOMMU groups, firmware and kernel of now as right.", AcceptBaseline.Run, []));
        verb.SetAction(_ => Root().Parse(["baseline", "--help"]).Invoke());
        verb.Subcommands.Add(Verb("diff", "Tell what changed since: exit 0 nothing, 1 something, 3 could not look.", DiffBaseline.Run, [Flags.ReportFormat]));
        return verb;
    }

    private static Command Verb(string name, string description, Func<ParseResult, int> run, Option[] flags)
    {
        var verb = new Command(name, description);
        AddTo(verb, run, flags);
        return verb;
    }

    private static void AddTo(Command verb, Func<ParseResult, int> run, Option[] flags)
    {
        foreach (var flag in flags)
        {
            verb.Options.Add(flag);
        }

        verb.SetAction(run);
    }

    /// <summary>One line: the first thing that is wrong, and what was probably meant.</summary>
    private static string Explain(ParseResult parsed, string[] arguments)
    {
        if (parsed.UnmatchedTokens is not [var unknown, ..])
        {
            return parsed.Errors[0].Message;
        }

        // "--collector.pci=maybe" arrives as a flag and a word too many.
        if (Array.Find(arguments, argument => argument.StartsWith('-') && argument.EndsWith($"={unknown}", StringComparison.Ordinal)) is { } given)
        {
            return $"{given.Split('=')[0]}: '{unknown}' is not one of its values";
        }

        var isFlag = unknown.StartsWith('-');
        var known = isFlag ? KnownFlags(parsed.CommandResult) : parsed.CommandResult.Command.Subcommands.Select(verb => verb.Name);
        var nearest = DidYouMean.Nearest(unknown.Split('=')[0], known);
        return $"unknown {(isFlag ? "flag" : "command")} {unknown}{(nearest is null ? "." : $", did you mean {nearest}?")} See --help.";
    }

    private static IEnumerable<string> KnownFlags(CommandResult command) =>
        command.Command.Options.Concat(Flags.Everywhere).Where(flag => !flag.Hidden).Select(flag => flag.Name);

    private sealed class PrintVersion : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Console.Out.WriteLine($"{Build.ProgramName}, version {Build.Version} (revision: {(Build.Revision == "" ? "unknown" : Build.Revision)})");
            return 0;
        }
    }
}
