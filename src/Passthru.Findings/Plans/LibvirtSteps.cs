using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.Plans;

/// <summary>libvirt: a <c>hostdev</c> for each function, which libvirt binds to VFIO and gives back (<c>managed='yes'</c>).</summary>
internal sealed class LibvirtSteps(PlanSubject subject, ImmutableArray<PciFunction> given)
{
    private string Domain => Shell.Quote(subject.VmName ?? "DOMAIN");

    public IEnumerable<PlanStep> All()
    {
        yield return VmSteps.Taken(subject, given) is { } entries
            ? new PlanStep("VM configuration", StepState.Done)
            {
                What = [$"{PlanWords.Vm(subject.Vm!)} takes it."],
                Evidence = [.. entries.Select(entry => $"/{subject.Vm!.File} {entry.Slot}")],
                Back = [.. given.Select(function => Plug("detach", Domain, function))],
            }
            : Configure();
        yield return VmSteps.Start(subject) with
        {
            Commands = VmSteps.IsRunning(subject) ? [] : [$"virsh start {Domain}"],
            Proofs = VmSteps.IsRunning(subject) ? [] : [new Proof($"virsh domstate {Domain}", "running")],
            Back = [$"virsh shutdown {Domain}"],
        };
    }

    /// <summary>virsh reads the XML from its standard input; one line, so that it can be copied from a terminal.</summary>
    public static string Plug(string verb, string domain, PciFunction function) => $"echo '{Hostdev(function.Address)}' | virsh {verb}-device {domain} /dev/stdin --config";

    private PlanStep Configure() => new("VM configuration", StepState.ToDo)
    {
        What =
        [
            .. subject.Vm is null ? ["Put the domain's name in place of DOMAIN, or run this plan with --vm."] : Array.Empty<string>(),
            .. VmSteps.HasGpu(given) && subject.Vm is not null && (subject.Vm.Chipset == Chipset.I440fx || subject.Vm.Firmware == VmFirmware.Bios)
                ? ["A graphics card wants the machine type q35 and UEFI firmware (OVMF). Both are chosen when a guest is installed: virt-install --machine q35 --boot uefi."]
                : Array.Empty<string>(),
            .. subject.Vm?.Balloons == true ? ["VFIO pins all of the VM's memory: set <memballoon model='none'/> with virsh edit."] : Array.Empty<string>(),
            .. VmSteps.RomWords(given),
        ],
        Commands = [.. given.Select(function => Plug("attach", Domain, function))],
        Proofs = [.. given.Take(1).Select(function => new Proof($"virsh dumpxml --inactive {Domain} | grep -A3 '<hostdev'", $"bus='0x{function.Address.Bus:x2}' slot='0x{function.Address.Device:x2}'"))],
        Back = [.. given.Select(function => Plug("detach", Domain, function))],
    };

    private static string Hostdev(PciAddress address) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"<hostdev mode=\"subsystem\" type=\"pci\" managed=\"yes\"><source><address domain=\"0x{address.Domain:x4}\" bus=\"0x{address.Bus:x2}\" slot=\"0x{address.Device:x2}\" function=\"0x{address.Function:x}\"/></source></hostdev>");
}
