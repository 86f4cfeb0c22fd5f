using System.CommandLine;
using Passthru.Exporter.Serving;
using Passthru.Exporter.Text;

namespace Passthru.Exporter.Commands;

/// <summary><c>healthcheck</c>: for a container, which has no shell and no other program to ask with.</summary>
internal static class HealthCheck
{
    private static readonly TimeSpan ReadAttempt = TimeSpan.FromSeconds(3);

    public static int Run(ParseResult flags)
    {
        var server = Listening.AtAddresses(flags);
        if (Probe.Answers(server.Reach, ReadAttempt, CancellationToken.None).GetAwaiter().GetResult())
        {
            return 0;
        }

        Console.Error.WriteLine($"{Build.ProgramName}: nothing answers at {server.Text}");
        return 1;
    }
}
