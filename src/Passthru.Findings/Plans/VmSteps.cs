using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;

namespace Passthru.Findings.Plans;

/// <summary>The VM's configuration, in the words of the manager that is here.</summary>
internal static class VmSteps
{
    public const string Incus = "incus";
    public const string Lxd = "lxd";

    /// <summary>The manager of the VM; where none is named, the one that is on this host.</summary>
    public static VmManager ManagerOf(PlanSubject subject) =>
        subject.Vm?.Manager
        ?? (subject.Runs(VmManagers.Proxmox) ? VmManagers.Proxmox
            : subject.Facts.Managers.Any(section => section.Vms is not null && section.Manager.Name == Incus) || subject.Has("incus") ? VmManagers.All.First(manager => manager.Name == Incus)
            : subject.Runs(VmManagers.Libvirt) || subject.Has("virsh") ? VmManagers.Libvirt
            : subject.Has("lxc") ? VmManagers.All.First(manager => manager.Name == Lxd)
            : VmManagers.Qemu);

    public static IEnumerable<PlanStep> All(PlanSubject subject, VmManager manager)
    {
        // What only goes along stays on the host's side, without a driver.
        var given = subject.Asked.Concat(subject.Along.Where(companion => IsOfCard(subject, companion)).Select(companion => companion.Function))
            .Where(function => function.IsEndpoint).OrderBy(function => function.Address).ToImmutableArray();
        return manager == VmManagers.Proxmox ? new ProxmoxSteps(subject, given).All()
            : manager == VmManagers.Libvirt ? new LibvirtSteps(subject, given).All()
            : manager.Name is Incus or Lxd ? new IncusSteps(subject, given, manager).All()
            : QemuSteps.All(subject, given);
    }

    /// <summary>The VM's configuration takes all of them; the entries that do.</summary>
    public static ImmutableArray<VmDevice>? Taken(PlanSubject subject, IReadOnlyCollection<PciFunction> given)
    {
        var entries = (subject.Vm?.Devices ?? []).Where(device => !device.IsMediated).ToList();
        IEnumerable<VmDevice> EntriesOf(PciFunction function) =>
            entries.Where(device => device.Choices.Any(choice => choice.Functions.SelectMany(subject.Endpoints.Selected).Contains(function.Address)));
        return given.Count > 0 && given.All(function => EntriesOf(function).Any()) ? [.. given.SelectMany(EntriesOf).Distinct()] : null;
    }

    public static bool IsRunning(PlanSubject subject) =>
        subject.Vm is { } vm && (subject.Report.Vms ?? []).Any(it => it.Vm.Id == vm.Id && it.Vm.Manager == vm.Manager && it.IsRunning == true);

    /// <summary>Without its commands, which are the manager's.</summary>
    public static PlanStep Start(PlanSubject subject) => IsRunning(subject)
        ? new PlanStep("Start the VM", StepState.Done) { What = [$"{PlanWords.Vm(subject.Vm!)} is running. What was changed in its configuration counts from its next start."] }
        : new PlanStep("Start the VM", StepState.ToDo);

    /// <summary>A card that shows a picture, which a guest with another firmware or chipset does not start.</summary>
    public static bool HasGpu(IEnumerable<PciFunction> given) => given.Any(function => function is { Kind: DeviceKind.Gpu, IsVirtual: false });

    /// <summary>The firmware started the card, so that the ROM that a VM reads of it may be what is left of it.</summary>
    public static IEnumerable<string> RomWords(IEnumerable<PciFunction> given) =>
        given.Any(function => function is { Kind: DeviceKind.Gpu, BootVga: true, Path.Parent: not null })
            ? ["This card is the firmware's first: if the VM's screen stays dark, give the VM a copy of the card's ROM (romfile), made while another card was the first."]
            : [];

    private static bool IsOfCard(PlanSubject subject, Companion companion) =>
        subject.Asked.Any(asked => companion.Function.Address.SharesSlotWith(asked.Address) && asked is { IsVirtual: false, Path.Parent: not null }) && !companion.Function.IsVirtual;
}
