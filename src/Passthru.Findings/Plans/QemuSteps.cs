using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Plans;

/// <summary>QEMU by hand: one root port for each card, all its functions below it.</summary>
internal static class QemuSteps
{
    public static IEnumerable<PlanStep> All(PlanSubject subject, ImmutableArray<PciFunction> given)
    {
        var group = given.Select(function => function.Group).OfType<string>().FirstOrDefault();
        yield return new PlanStep("VM configuration", StepState.ToDo)
        {
            What =
            [
                "No VM manager is known here. Add these arguments to QEMU's command line.",
                "QEMU runs as root, or as a user who owns /dev/vfio/GROUP and may lock the VM's memory (ulimit -l).",
                .. VmSteps.HasGpu(given) ? ["Start the guest by OVMF: -drive if=pflash,format=raw,readonly=on,file=OVMF_CODE.fd and a copy of OVMF_VARS.fd."] : Array.Empty<string>(),
                .. VmSteps.RomWords(given),
            ],
            Text = string.Join('\n', Arguments(given)),
            Proofs = group is null ? [] : [new Proof("ls /dev/vfio", group)],
        };
    }

    private static IEnumerable<string> Arguments(ImmutableArray<PciFunction> given)
    {
        yield return "-machine q35";
        foreach (var (number, card) in given.GroupBy(function => function.IsVirtual || function.Path.Parent is null ? $"{function.Address}" : $"{function.Address}"[..^2]).Index())
        {
            var first = card.First();
            yield return $"-device pcie-root-port,id=passthru{number},chassis={number + 1}";
            foreach (var (position, function) in card.Index())
            {
                yield return $"-device vfio-pci,host={function.Address},bus=passthru{number},addr=00.{position}{(function == first && card.Count() > 1 ? ",multifunction=on" : "")}";
            }
        }
    }
}
