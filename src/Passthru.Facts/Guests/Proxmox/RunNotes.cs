using Passthru.Facts.Files;

namespace Passthru.Facts.Guests.Proxmox;

/// <summary>What Proxmox notes of running virtual machines. Source: <c>/run/qemu-server</c>, where QEMU writes <c>100.pid</c>.</summary>
internal sealed class RunNotes
{
    private const string Directory = "run/qemu-server";
    private readonly HostFiles _files;
    private readonly IReadOnlySet<string>? _names;
    private readonly Reservations? _reservations;
    private readonly bool _areTold;

    public RunNotes(HostFiles files)
    {
        _files = files;
        _names = files.Noting(() => files.NameSet(Directory) ?? NothingStarted(files), out _areTold);
        _reservations = Reservations.Read(files);
    }

    /// <summary>A VM that they do not have is stopped.</summary>
    public bool AreSeen => _names is not null;

    /// <summary>The same guest, with what the notes say of it.</summary>
    public Guest Add(Guest guest)
    {
        var started = _names?.Contains($"{guest.Id}.pid");
        var pid = started == true ? Pid(guest.Id) : null;
        return guest with
        {
            IsNotedAsStarted = started,
            NotesTold = _areTold,
            Pid = pid,
            LiveDevices = started is { } running && _reservations is { } all
                ? Reservations.Assign(running ? all.Of(guest.Id, pid) : [], guest.StartedWith ?? guest.Devices)
                : null,
        };
    }

    /// <summary>Before the first start since boot there is no such directory; that is known so long as the one above can be seen.</summary>
    private static HashSet<string>? NothingStarted(HostFiles files) =>
        files.Exists(Directory) == false && files.Exists("run") == true ? [] : null;

    /// <summary>QEMU makes the file for root alone (qemu_write_pidfile). That it is there says that the machine was started; its process tells its number too.</summary>
    private int? Pid(string id) => _files.ValueIfPermitted<int>($"{Directory}/{id}.pid", TryPid);

    private static bool TryPid(ReadOnlySpan<char> text, out int pid) => Number.TryParse(text, out pid) && pid > 0;
}
