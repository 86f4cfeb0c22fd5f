using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.Plans;

/// <summary>Proxmox VE: <c>qm set</c>. An address without a function means all of the slot.</summary>
internal sealed class ProxmoxSteps(PlanSubject subject, ImmutableArray<PciFunction> given)
{
    private const int Most = 16;

    private string Id => Shell.Quote(subject.VmName ?? "VMID");

    private Vm? Vm => subject.Vm;

    /// <summary>Where no VM is named it is made as guides have it.</summary>
    private bool IsQ35 => Vm is null || Vm.Chipset == Chipset.Q35 || VmSteps.HasGpu(given);

    public IEnumerable<PlanStep> All()
    {
        var taken = VmSteps.Taken(subject, given);
        yield return taken is { } entries ? Done(entries) : Configure();
        yield return Start();
    }

    private PlanStep Done(ImmutableArray<VmDevice> entries) => new("VM configuration", StepState.Done)
    {
        What = [$"{PlanWords.Vm(Vm!)} takes it."],
        Evidence = [.. entries.Select(entry => $"/{Vm!.File} {entry.Slot}")],
        Back = [.. entries.Select(entry => $"qm set {Id} --delete {Shell.Quote(entry.Slot)}")],
    };

    private PlanStep Configure()
    {
        var hosts = PlanWords.Hosts(given, subject.Endpoints.All).ToList();
        var slots = FreeSlots().Take(hosts.Count).ToList();
        var entries = hosts.Zip(slots, (host, slot) => (Slot: slot, Value: $"{host.Name}{(IsQ35 && IsExpress(host.First) ? ",pcie=1" : "")}")).ToList();
        var hasGpu = VmSteps.HasGpu(given);
        var q35 = hasGpu && Vm is { Chipset: not Chipset.Q35 };
        var balloon = Vm?.Balloons == true;
        return new PlanStep("VM configuration", StepState.ToDo)
        {
            What =
            [
                .. Vm is null ? ["Put the VM's number in place of VMID, or run this plan with --vm."] : Array.Empty<string>(),
                .. hasGpu && Vm is { Firmware: VmFirmware.Bios } ? ["The VM starts by SeaBIOS. A graphics card wants OVMF; a guest that was installed with SeaBIOS has to be converted first."] : Array.Empty<string>(),
                .. q35 ? ["A graphics card wants the machine type q35, which has PCI Express. Windows finds new hardware at the next start."] : Array.Empty<string>(),
                .. balloon ? ["VFIO pins all of the VM's memory, so the balloon cannot free any."] : Array.Empty<string>(),
                .. VmSteps.RomWords(given),
                .. entries.Count < hosts.Count ? ["The VM has no free hostpci entry left."] : Array.Empty<string>(),
            ],
            Commands =
            [
                .. q35 ? [$"qm set {Id} --machine q35"] : Array.Empty<string>(),
                .. balloon ? [$"qm set {Id} --balloon 0"] : Array.Empty<string>(),
                .. entries.Select(entry => $"qm set {Id} --{entry.Slot} {Shell.Quote(entry.Value)}"),
            ],
            Instead = hosts.Count == 1 ? new Alternative("With a mapping, which refuses another card that comes to this address", [.. Mapping(hosts[0], entries)]) : null,
            Proofs = [.. entries.Select(entry => new Proof($"qm config {Id}", $"{entry.Slot}: {entry.Value}"))],
            Back =
            [
                .. entries.Select(entry => $"qm set {Id} --delete {entry.Slot}"),
                .. balloon ? [$"qm set {Id} --delete balloon"] : Array.Empty<string>(),
                .. q35 ? [Vm!.Machine is { } machine && machine != "i440fx" ? $"qm set {Id} --machine {Shell.Quote(machine)}" : $"qm set {Id} --delete machine"] : Array.Empty<string>(),
            ],
        };
    }

    private PlanStep Start()
    {
        var step = VmSteps.Start(subject);
        return step with
        {
            What = subject.Going.Except(given).Any() ? step.What.Add("Proxmox VE takes the whole group at a start, and gives nothing back when the VM stops.") : step.What,
            Commands = VmSteps.IsRunning(subject) ? [] : [$"qm start {Id}"],
            Proofs = VmSteps.IsRunning(subject) ? [] : [new Proof($"qm status {Id}", "status: running")],
            Back = [$"qm shutdown {Id}"],
        };
    }

    /// <summary>PCI Express devices below a port; what is on the root bus is none for QEMU.</summary>
    private static bool IsExpress(PciFunction function) => function.Path.Parent is not null;

    private IEnumerable<string> FreeSlots()
    {
        var used = (Vm?.Devices ?? []).Concat(Vm?.StartedWith ?? []).Select(device => device.Slot).ToHashSet();
        return Enumerable.Range(0, Most).Select(number => $"hostpci{number}").Where(slot => !used.Contains(slot));
    }

    private IEnumerable<string> Mapping((string Name, PciFunction First) host, IReadOnlyList<(string Slot, string Value)> entries)
    {
        var first = host.First;
        var name = $"{(first.Kind == DeviceKind.Other ? "device" : first.Kind.ToString().ToLowerInvariant())}-{first.Address.Bus:x2}";
        string[] properties = [$"path={host.Name}", .. first.Id is { } id ? [$"id={id}"] : Array.Empty<string>(), .. first.Subsystem is { } subsystem ? [$"subsystem-id={subsystem}"] : Array.Empty<string>(), .. first.Group is { } group ? [$"iommugroup={group}"] : Array.Empty<string>()];
        yield return $"pvesh create /cluster/mapping/pci --id {name} --map \"node=$(hostname),{string.Join(',', properties)}\"";
        foreach (var entry in entries)
        {
            yield return $"qm set {Id} --{entry.Slot} mapping={name}{(entry.Value.EndsWith(",pcie=1", StringComparison.Ordinal) ? ",pcie=1" : "")}";
        }
    }
}
