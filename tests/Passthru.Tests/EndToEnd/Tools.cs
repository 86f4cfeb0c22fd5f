using System.Diagnostics;

namespace Passthru.Tests.EndToEnd;

/// <summary>Programs of others that take part.</summary>
internal static class Tools
{
    private static readonly bool NothingMayBeSkipped = Environment.GetEnvironmentVariable("PASSTHRU_TESTS_REQUIRE_ALL") == "1";

    /// <summary>Skips the test where a program is not installed, or fails it where everything has to be there.</summary>
    public static void SkipWithout(string program)
    {
        var there = program.Contains('/', StringComparison.Ordinal)
            ? File.Exists(program)
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Join(directory, program)));
        Assert.False(!there && NothingMayBeSkipped, $"{program} is missing");
        Assert.SkipUnless(there, $"{program} is missing; tests/run.sh installs what the tests need");
    }

    /// <summary>Runs a program with a text on its standard input; the exit code, and all that it said.</summary>
    public static async Task<(int Code, string Said)> Run(string input, string program, params string[] arguments)
    {
        var (code, output, errors) = await RunApart(input, program, arguments);
        return (code, output + errors);
    }

    /// <summary>The same, with standard output and standard error apart.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunApart(string input, string program, params string[] arguments)
    {
        SkipWithout(program);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
