using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Processes;

/// <summary>The VFIO files and the VM of KVM that one process has open. Source: <c>/proc/PID/fd</c>.</summary>
internal sealed class OpenVfioFiles
{
    /// <summary>What the kernel calls a VM (kvm_dev_ioctl_create_vm in virt/kvm/kvm_main.c).</summary>
    internal const string KvmVm = "anon_inode:kvm-vm";

    private readonly HostReader _files;
    private readonly List<string> _descriptors = [];
    private readonly SortedSet<string> _groups = new(StringComparer.Ordinal);
    private readonly SortedSet<PciAddress> _functions = [];

    private OpenVfioFiles(HostReader files) => _files = files;

    /// <summary>Their numbers.</summary>
    public IReadOnlyList<string> Descriptors => _descriptors;

    public IReadOnlySet<string> Groups => _groups;

    public IReadOnlySet<PciAddress> Functions => _functions;

    /// <summary>At least one is a file of VFIO.</summary>
    public bool HoldsVfio { get; private set; }

    public bool HasKvmVm { get; private set; }

    /// <summary>All descriptors were listed; a process may have more than a listing takes.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Null: refused. A process that has ended has nothing open.</summary>
    /// <param name="files">The door to the host.</param>
    /// <param name="pid">Whose.</param>
    /// <param name="only">The descriptors to look at; null: all there are.</param>
    public static OpenVfioFiles? Read(HostReader files, int pid, IEnumerable<string>? only = null)
    {
        var quiet = files.WithOwnIssues();
        var open = new OpenVfioFiles(quiet);
        return quiet.In($"proc/{pid}/fd", descriptors => open.AddAll(pid, descriptors, only)) ? open : null;
    }

    /// <summary>False: refused.</summary>
    private bool AddAll(int pid, HostReader descriptors, IEnumerable<string>? only)
    {
        var names = only ?? descriptors.Names("");
        if (names is null)
        {
            return _files.Issues.Count == 0;
        }

        IsComplete = _files.Issues.Count == 0;
        var told = _files.Issues.Count;
        foreach (var name in names)
        {
            var target = descriptors.Link(name);
            if (_files.Issues.Count > told)
            {
                return false;
            }

            if (target is KvmVm)
            {
                HasKvmVm = true;
                _descriptors.Add(name);
            }
            else if (VfioFile.TryParse(target, out var file) && VfioNode.IsOf(descriptors, name, target!, ref file))
            {
                HoldsVfio = true;
                _descriptors.Add(name);
                Add(file, $"proc/{pid}/fdinfo/{name}");
            }
        }

        return _files.Issues.Count == told;
    }

    private void Add(VfioFile file, string info)
    {
        if (file.Kind == VfioFileKind.Group)
        {
            _groups.Add(file.Name);
            return;
        }

        var function = (file.Kind == VfioFileKind.Device ? FunctionOfNode(file.Name) : null) ?? FunctionOfInfo(info);
        if (function is { } address)
        {
            _functions.Add(address);
        }
    }

    /// <summary>The link leads to <c>…/0000:01:00.0/vfio-dev/vfio0</c>.</summary>
    private PciAddress? FunctionOfNode(string name) =>
        _files.Link($"sys/class/vfio-dev/{name}")?.Split('/') is [.., var function, "vfio-dev", _] && PciAddress.TryParse(function, out var address) ? address : null;

    /// <summary><c>vfio-device-syspath: /sys/devices/…/0000:01:00.0</c> (vfio_device_show_fdinfo, newer than Linux 6.12).</summary>
    private PciAddress? FunctionOfInfo(string path)
    {
        const string key = "vfio-device-syspath:";
        var line = _files.Text(path)?.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line is not null && PciAddress.TryParse(line.AsSpan(line.LastIndexOf('/') + 1).Trim(), out var address) ? address : null;
    }
}
