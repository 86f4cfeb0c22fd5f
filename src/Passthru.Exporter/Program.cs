using System.CommandLine;
using System.CommandLine.Parsing;
using Passthru.Exporter.Commands;

namespace Passthru.Exporter;

/// <summary>The verbs and what each of them takes.</summary>
internal static class Program
{
    public const string Name = "passthru-exporter";

    /// <summary>Returns the exit code: what the verb says, 1 when it could not start.</summary>
    public static int Main(string[] arguments)
    {
        try
        {
            return Run(arguments);
        }
        catch (Exception e) when (e is CannotStartException or TimeoutException)
        {
            Console.Error.WriteLine($"{Name}: {e.Message}");
            return 1;
        }
    }

    private static int Run(string[] arguments)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }

        Console.Error.WriteLine($"{Name}: {Explain(parsed, arguments)}");
        return 1;
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
        root.Subcommands.Add(CaptureVerb());
        AddTo(root, Serve.Run, [.. Flags.OfServe]);
        return root;
    }

    private static Command CaptureVerb()
    {
        var verb = Verb("capture", "Write everything the program reads into a file that --path.rootfs can look at elsewhere.", Capture.Run, []);
        verb.Arguments.Add(Capture.File);
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
        var known = isFlag ? KnownFlags(parsed.CommandResult) : parsed.RootCommandResult.Command.Subcommands.Select(verb => verb.Name);
        var nearest = Nearest(unknown.Split('=')[0], known);
        return $"unknown {(isFlag ? "flag" : "command")} {unknown}{(nearest is null ? "." : $", did you mean {nearest}?")} See --help.";
    }

    private static IEnumerable<string> KnownFlags(CommandResult command) =>
        command.Command.Options.Concat(Flags.Everywhere).Where(flag => !flag.Hidden).Select(flag => flag.Name);

    /// <summary>The known word with the fewest changes, if no more than a third of it has to change.</summary>
    private static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(candidate => (candidate, Distance: Distance(word, candidate)))
            .Where(pair => pair.Distance <= Math.Max(2, pair.candidate.Length / 3))
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    /// <summary>Letters to insert, delete or replace (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    private sealed class PrintVersion : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Console.Out.WriteLine($"{Name}, version {Build.Version} (revision: {(Build.Revision == "" ? "unknown" : Build.Revision)})");
            return 0;
        }
    }
}
