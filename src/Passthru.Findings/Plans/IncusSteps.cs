using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.Plans;

/// <summary>Incus, and LXD with the same words: a device of the instance, which is bound to VFIO at its start.</summary>
internal sealed class IncusSteps(PlanSubject subject, ImmutableArray<PciFunction> given, VmManager manager)
{
    private string Program => manager.Name == VmSteps.Incus ? "incus" : "lxc";

    private string Instance => Quote(subject.VmName ?? "INSTANCE");

    /// <summary>Of a project other than the default one a name is PROJECT_NAME, and no name of an instance has an underscore.</summary>
    public static string Quote(string name) =>
        name.LastIndexOf('_') is var at and > 0 ? $"--project {Shell.Quote(name[..at])} {Shell.Quote(name[(at + 1)..])}" : Shell.Quote(name);

    public IEnumerable<PlanStep> All()
    {
        if (VmSteps.Taken(subject, given) is { } entries)
        {
            yield return new PlanStep("VM configuration", StepState.Done)
            {
                What = [$"{PlanWords.Vm(subject.Vm!)} has it."],
                Evidence = [.. entries.Select(entry => $"/{subject.Vm!.File} {entry.Slot}")],
                Back = [.. entries.Select(entry => $"{Program} config device remove {Instance} {Shell.Quote(entry.Slot)}")],
            };
            yield return Start();
            yield break;
        }

        var devices = given.Where(function => !IsSoundOfGpu(function)).Select(function => (Name: NameOf(function), Function: function)).ToList();
        yield return new PlanStep("VM configuration", StepState.Unknown)
        {
            What =
            [
                .. subject.VmName is null ? ["Put the instance's name in place of INSTANCE, or run this plan with --vm."] : Array.Empty<string>(),
                $"What an instance that is stopped takes is unknown: it stands in {manager.Title}'s database, which is not read.",
                .. VmSteps.RomWords(given),
            ],
            Commands = [.. devices.Select(device => $"{Program} config device add {Instance} {device.Name} {Kind(device.Function)}")],
            Proofs = [.. devices.Select(device => new Proof($"{Program} config device show {Instance}", $"{device.Name}:"))],
            Back = [.. devices.Select(device => $"{Program} config device remove {Instance} {device.Name}")],
        };
        yield return Start();
    }

    private PlanStep Start() => VmSteps.Start(subject) with
    {
        Commands = VmSteps.IsRunning(subject) ? [] : [$"{Program} start {Instance}"],
        Proofs = VmSteps.IsRunning(subject) ? [] : [new Proof($"{Program} list {Instance} -c s -f csv", "RUNNING")],
        Back = [$"{Program} stop {Instance}"],
    };

    /// <summary>A gpu device takes all functions of its card.</summary>
    private bool IsSoundOfGpu(PciFunction function) =>
        function.Kind != DeviceKind.Gpu && given.Any(other => other.Kind == DeviceKind.Gpu && other.Address.SharesSlotWith(function.Address));

    private static string NameOf(PciFunction function) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(function.Kind == DeviceKind.Gpu ? "gpu" : "pci")}-{function.Address.Bus:x2}-{function.Address.Device:x2}-{function.Address.Function:x}");

    private static string Kind(PciFunction function) =>
        function.Kind == DeviceKind.Gpu ? $"gpu gputype=physical pci={function.Address}" : $"pci address={function.Address}";
}
