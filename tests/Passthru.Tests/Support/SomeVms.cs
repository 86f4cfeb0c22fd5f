using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;

namespace Passthru.Tests.Support;

/// <summary>Virtual machines and their processes that matter to nobody but the test that changes them.</summary>
internal static class SomeVms
{
    public static Vm Proxmox(string id, params VmDevice[] devices) => new()
    {
        Manager = VmManagers.Proxmox,
        Id = id,
        Name = $"vm{id}",
        File = $"etc/pve/qemu-server/{id}.conf",
        Machine = "q35",
        Chipset = Chipset.Q35,
        Firmware = VmFirmware.Uefi,
        ManagerSaysRunning = false,
        Devices = [.. devices],
    };

    public static Vm Libvirt(string name, params VmDevice[] devices) => Proxmox(name, devices) with
    {
        Manager = VmManagers.Libvirt,
        File = $"etc/libvirt/qemu/{name}.xml",
    };

    /// <summary>Its manager notes that it was started, with that process.</summary>
    public static Vm Started(this Vm vm, int? pid = null) => vm with { ManagerSaysRunning = true, Pid = pid };

    /// <summary>An entry with one choice of one or more functions, or whole slots.</summary>
    public static VmDevice Device(string slot, params string[] functions) => Choices(slot, [functions]);

    /// <summary>An entry with several choices.</summary>
    public static VmDevice Choices(string slot, string[][] choices) => new()
    {
        Slot = slot,
        When = ExpectationTime.WhileRunning,
        Choices = [.. choices.Select(functions => new DeviceAlternative([.. functions.Select(Selector)]))],
    };

    public static PciSelector Selector(string text) => PciSelector.TryParse(text, out var selector) ? selector : throw new FormatException(text);

    public static VmProcess Process(int pid, string? vmId = null, string? name = null, params string[] functions) => new()
    {
        Pid = pid,
        Platform = VmManagers.Qemu,
        Program = "qemu-system-x86_64",
        Owner = vmId is null ? null : VmManagers.Proxmox,
        VmId = vmId,
        Name = name,
        Functions = functions.Length == 0 ? null : [.. functions.Select(Some.Address)],
    };

    public static HostFacts WithProxmox(this HostFacts facts, params Vm[] vms) => facts.With(new VmFacts(VmManagers.Proxmox, [.. vms]));

    public static HostFacts WithLibvirt(this HostFacts facts, params Vm[] vms) => facts.With(new VmFacts(VmManagers.Libvirt, [.. vms]));

    public static HostFacts With(this HostFacts facts, VmFacts section) =>
        facts with { Managers = [.. facts.Managers.Where(other => other.Manager != section.Manager), section] };

    /// <summary>The processes of the host, all seen.</summary>
    public static HostFacts WithProcesses(this HostFacts facts, params VmProcess[] processes) =>
        facts with { Processes = new ProcessFacts { Vms = [.. processes], VmsComplete = true, Holders = [], HoldersComplete = true } };

    public static HostFacts WithHolders(this HostFacts facts, params VfioHolder[] holders) =>
        facts with { Processes = facts.Processes! with { Holders = [.. holders] } };

    public static HostFacts WithModprobe(this HostFacts facts, string ids) => facts with
    {
        Boot = new BootFacts { Modules = new ModuleConfiguration { VfioIds = new VfioIds(PciMatch.ParseList(ids), new ConfigLine("etc/modprobe.d/vfio.conf", 1)) } },
    };

    public static PciFunction On(this PciFunction function, string? driver) => function with { Driver = driver is null ? null : new PciDriver(driver, PciDriver.IsVfioName(driver)) };

    public static PciFunction InGroup(this PciFunction function, string group) => function with { Group = group };
}
