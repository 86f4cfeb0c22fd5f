using System.Diagnostics;

namespace Passthru.Tests.EndToEnd;

/// <summary>The program that was built with the tests, as a process of its own: for what ends with an exit code or by a signal.</summary>
internal static class Built
{
    private static readonly string Binary = Path.Join(AppContext.BaseDirectory, "passthru-exporter");

    public static Process Start(params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Binary, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> Run(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
