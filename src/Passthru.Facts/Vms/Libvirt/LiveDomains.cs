using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>What libvirt notes of domains that run: <c>NAME.xml</c> and, from QEMU itself, <c>NAME.pid</c>.</summary>
internal sealed class LiveDomains
{
    private readonly HostReader _files;
    private readonly string _directory;
    private readonly bool _isAbsent;

    private LiveDomains(HostReader files, string directory)
    {
        _files = files;
        _directory = directory;
        Folder = DomainFolder.Read(files, directory);
        _isAbsent = Folder.Names is null && !Folder.HasTrouble && files.Exists(directory.Split('/')[0]) == true;
    }

    public DomainFolder Folder { get; }

    public static LiveDomains Read(HostReader files, string directory) => new(files, directory);

    /// <summary>
    /// Without the directory nothing has been started since the host was, unless a process says otherwise; null when that can't be
    /// seen.
    /// </summary>
    public bool? IsStarted(string name)
    {
        if (Folder.Names is null)
        {
            return _isAbsent ? false : null;
        }

        return Folder.Domains.TryGetValue(name, out var live) ? live.IsStarted : Folder.Has(name) || HasPidFile(name);
    }

    public int? Pid(string name)
    {
        if (Folder.Domains.TryGetValue(name, out var live) && live.Pid is { } pid)
        {
            return pid;
        }

        return HasPidFile(name) && _files.Value<int>($"{_directory}/{name}.pid", Number.TryParse) is { } noted and > 0 ? noted : null;
    }

    /// <summary><c>driver.pid</c> is libvirt's own (qemuStateInitialize).</summary>
    private bool HasPidFile(string name) => name != "driver" && Folder.Names?.Contains($"{name}.pid") == true;
}
