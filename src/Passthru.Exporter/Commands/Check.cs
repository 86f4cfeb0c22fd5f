using System.CommandLine;
using Passthru.Exporter.Checking;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Observing;
using Passthru.Facts.Pci;

namespace Passthru.Exporter.Commands;

/// <summary><c>check</c>: one read, the verdict for a person or a program.</summary>
internal static class Check
{
    public static int Run(ParseResult flags)
    {
        if (flags.GetValue(Flags.Ready))
        {
            var ready = ReadyText.Of(HostRoot.Look(flags), flags.GetValue(Flags.Vm));
            Console.Out.Write(ready.Render());
            return ready.ExitCode;
        }

        var check = Look(flags);
        Console.Out.Write(flags switch
        {
            _ when flags.GetValue(Flags.ReportFormat) == ReportFormat.Json => CheckJson.Render(check),
            _ when flags.GetValue(Flags.Quiet) => CheckText.Verdict(check) + "\n",
            _ => CheckText.Render(check, HasColours()),
        });
        return check.ExitCode;
    }

    /// <exception cref="CannotStartException">There is no such machine or device.</exception>
    private static HostCheck Look(ParseResult flags)
    {
        var seen = HostRoot.Look(flags);
        return (flags.GetValue(Flags.Vm), flags.GetValue(Flags.Device)) switch
        {
            (not null, not null) => throw new CannotStartException("--vm and --device: give one of them"),
            ({ } vm, _) => HostCheck.OfVm(seen, vm) ?? throw new CannotStartException($"--vm: no VM {vm} with host devices is known here"),
            (_, { } device) => OfDevice(seen, device),
            _ => HostCheck.ForHost(seen),
        };
    }

    private static HostCheck OfDevice(Observation seen, string device) =>
        PciSelector.TryParse(device, out var selector)
            ? HostCheck.OfDevice(seen, selector) ?? throw new CannotStartException($"--device: nothing is at {selector}")
            : throw new CannotStartException($"--device: '{device}' is no PCI address");

    public static bool HasColours() =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
}
