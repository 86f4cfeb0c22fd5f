using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>What Proxmox notes of running virtual machines. Source: <c>/run/qemu-server</c>, where QEMU writes <c>100.pid</c>.</summary>
internal sealed class ProxmoxRuntimeState
{
    private const string Directory = "run/qemu-server";
    private readonly HostReader _files;
    private readonly IReadOnlySet<string>? _names;
    private readonly PciIdReservations? _reservations;
    private readonly bool _areTold;

    public ProxmoxRuntimeState(HostReader files)
    {
        _files = files;
        _names = files.Noting(() => files.NameSet(Directory) ?? NothingStarted(files), out _areTold);
        _reservations = PciIdReservations.Read(files);
    }

    /// <summary>A VM that they do not have is stopped.</summary>
    public bool AreSeen => _names is not null;

    /// <summary>The same guest, with what the notes say of it.</summary>
    public Vm Add(Vm vm)
    {
        var started = _names?.Contains($"{vm.Id}.pid");
        var pid = started == true ? Pid(vm.Id) : null;
        return vm with
        {
            ManagerSaysRunning = started,
            NotesComplete = _areTold,
            Pid = pid,
            AttachedDevices = started is { } running && _reservations is { } all
                ? PciIdReservations.Assign(running ? all.Of(vm.Id, pid) : [], vm.StartedWith ?? vm.Devices)
                : null,
        };
    }

    /// <summary>Before the first start since boot there is no such directory; that is known so long as the one above can be seen.</summary>
    private static HashSet<string>? NothingStarted(HostReader files) =>
        files.Exists(Directory) == false && files.Exists("run") == true ? [] : null;

    /// <summary>QEMU makes the file for root alone (qemu_write_pidfile). That it is there says that the machine was started; its process tells its number too.</summary>
    private int? Pid(string id) => _files.ValueIfPermitted<int>($"{Directory}/{id}.pid", TryPid);

    private static bool TryPid(ReadOnlySpan<char> text, out int pid) => Number.TryParse(text, out pid) && pid > 0;
}
