using Passthru.Exporter.Commands;

try
{
    return CommandLine.Run(args);
}
catch (Exception e) when (e is CannotStartException or TimeoutException)
{
    Console.Error.WriteLine($"{CommandLine.Program}: {e.Message}");
    return 1;
}
