using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Plans;

/// <summary>From what is configured to what is so: a reboot, or the driver changed at once.</summary>
internal sealed class RebootSteps(PlanSubject subject, Binding binding)
{
    /// <param name="isConfigured">All steps before are done.</param>
    public IEnumerable<PlanStep> All(bool isConfigured)
    {
        var needed = subject.Going.Except(binding.AtStart).ToList();
        if (needed.Count == 0)
        {
            yield break;
        }

        var done = needed.All(function => function.Driver?.IsVfio == true);
        yield return new PlanStep("Reboot", done ? StepState.Done : StepState.ToDo)
        {
            What = done
                ? isConfigured ? ["vfio-pci has it."] : ["vfio-pci has it now. The steps above keep it so after a reboot."]
                : isConfigured ? ["Everything is configured, and a driver of the host still has it."] : [],
            Evidence = done ? [.. needed.Select(Names.Link).Select(link => $"/{link}")] : [],
            Commands = done ? [] : ["systemctl reboot"],
            Instead = done || subject.Report.IommuEnabled != true || needed.Any(function => function.Kind == DeviceKind.Gpu && function.Driver is not null)
                ? null
                : new Alternative("Without a reboot, while nothing uses the device", [.. AtOnce(needed, "vfio-pci")]),
            Proofs = done ? [] : [.. needed.Select(function => new Proof($"lspci -nnk -s {function.Address}", "Kernel driver in use: vfio-pci"))],
        };
    }

    /// <summary>One driver lets go, and the kernel looks for another: the one that is named, or whichever matches.</summary>
    public static IEnumerable<string> AtOnce(IReadOnlyList<PciFunction> functions, string? driver) =>
    [
        .. driver is null ? Array.Empty<string>() : [$"modprobe {driver}"],
        .. functions.SelectMany(function => (string[])
        [
            $"echo {driver ?? "''"} > /sys/bus/pci/devices/{function.Address}/driver_override",
            .. function.Driver is null ? Array.Empty<string>() : [$"echo {function.Address} > /sys/bus/pci/devices/{function.Address}/driver/unbind"],
            $"echo {function.Address} > /sys/bus/pci/drivers_probe",
        ]),
    ];
}
