using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Vms.Incus;

/// <summary>
/// The VMs that Incus runs now. Sources: <c>/run/incus/NAME/qemu.conf</c>, with which it starts QEMU, and <c>qemu.pid</c> beside it;
/// NAME has the project in front, <c>PROJECT_NAME</c>, for any but the default one (internal/server/instance/drivers/driver_qemu.go).
/// </summary>
internal static class IncusReader
{
    public const string Directory = "run/incus";

    /// <summary>No host runs more.</summary>
    private const int MaxVms = 4096;

    public static VmReading Read(HostReader files) =>
        files.IsThere(Directory) && files.Names(Directory) is { } names
            ? new VmReading([.. names.Take(MaxVms).Select(name => Running(files, name)).OfType<Vm>()], NotesSeen: false)
            : VmReading.None;

    /// <summary>Null: a socket of the daemon, a container, or a VM that is being started.</summary>
    private static Vm? Running(HostReader files, string name)
    {
        var path = $"{Directory}/{name}/qemu.conf";
        if (files.Exists(path) != true || QemuConfigFile.Read(files, path) is not { } config)
        {
            return null;
        }

        return new Vm
        {
            Manager = IncusManager.Row,
            Id = name,
            Name = name,
            File = path,
            Machine = config.Machine,
            Chipset = config.Machine == "q35" ? Chipset.Q35 : Chipset.Unknown,
            Pid = files.Value<int>($"{Directory}/{name}/qemu.pid", Number.TryParse),
            ManagerSaysRunning = true,
            Devices = [.. config.HostFunctions.Select(Device)],
        };
    }

    /// <summary>The section is <c>dev-incus_gpu0</c> for the device <c>gpu0</c> of the VM's configuration.</summary>
    private static VmDevice Device((string? Id, PciAddress Function) entry)
    {
        const string start = "dev-incus_";
        var id = entry.Id ?? "";
        return new VmDevice
        {
            Slot = id.StartsWith(start, StringComparison.Ordinal) ? id[start.Length..] : id,
            Choices = [new DeviceAlternative([new PciSelector(entry.Function, WholeSlot: false)])],
            When = ExpectationTime.WhileRunning,
        };
    }
}
