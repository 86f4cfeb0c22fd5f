using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Plans;

/// <summary>Virtual functions: made anew at every boot, by somebody.</summary>
internal static class VirtualFunctionSteps
{
    private const string Rules = "etc/udev/rules.d/80-passthru-sriov.rules";

    public static IEnumerable<PlanStep> All(PlanSubject subject)
    {
        foreach (var physical in subject.Asked.Select(function => function.PhysicalFunction).OfType<PciAddress>().Distinct().Order())
        {
            var count = subject.Endpoints.At(physical)?.VirtualFunctions ?? 0;
            var rule = $"ACTION==\"bind\", SUBSYSTEM==\"pci\", KERNEL==\"{physical}\", ATTR{{sriov_numvfs}}=\"{count}\"";
            yield return new PlanStep("Virtual functions after a reboot", StepState.Unknown)
            {
                What = [$"{physical} has {Names.Count(count, "virtual function")} now. The kernel forgets them at a reboot; whether something here makes them again is unknown.", "If nothing does, a rule of udev makes them as soon as the adapter's driver has it."],
                Commands = [Shell.Append(Rules, [rule])],
                Proofs = [new Proof($"cat /sys/bus/pci/devices/{physical}/sriov_numvfs", $"{count}")],
                Back = [Shell.Remove(Rules, [rule])],
            };
        }
    }
}
