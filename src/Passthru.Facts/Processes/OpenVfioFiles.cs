using Passthru.Facts.Files;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Processes;

/// <summary>The VFIO files that one process has open. Source: <c>/proc/PID/fd</c>.</summary>
internal sealed class OpenVfioFiles
{
    /// <summary>
    /// Descriptors are numbered from below, and those of VFIO are opened early; a process with a hundred thousand has them for
    /// its clients. Four digits.
    /// </summary>
    private const int MostDigits = 4;

    private readonly List<string> _descriptors = [];
    private readonly SortedSet<string> _groups = new(StringComparer.Ordinal);
    private readonly SortedSet<PciAddress> _functions = [];

    private OpenVfioFiles()
    {
    }

    /// <summary>Their numbers.</summary>
    public IReadOnlyList<string> Descriptors => _descriptors;

    public IReadOnlySet<string> Groups => _groups;

    public IReadOnlySet<PciAddress> Functions => _functions;

    /// <summary>Null: refused. A process that has ended has nothing open.</summary>
    /// <param name="files">The door to the host.</param>
    /// <param name="pid">Whose.</param>
    /// <param name="only">The descriptors to look at; null: all there are.</param>
    public static OpenVfioFiles? Of(HostFiles files, int pid, IEnumerable<string>? only = null)
    {
        var quiet = files.Apart();
        var open = new OpenVfioFiles();
        return quiet.In($"proc/{pid}/fd", descriptors => open.AddAll(quiet, pid, descriptors, only ?? descriptors.Names(""))) ? open : null;
    }

    /// <summary>False: refused.</summary>
    private bool AddAll(HostFiles files, int pid, HostFiles descriptors, IEnumerable<string>? names)
    {
        if (names is null)
        {
            return files.Issues.Count == 0;
        }

        foreach (var name in names.Where(name => name.Length <= MostDigits))
        {
            var told = files.Issues.Count;
            var target = descriptors.Link(name);
            if (files.Issues.Count > told)
            {
                return false;
            }

            if (VfioFile.TryParse(target, out var file))
            {
                _descriptors.Add(name);
                Add(files, file, $"proc/{pid}/fdinfo/{name}");
            }
        }

        return true;
    }

    private void Add(HostFiles files, VfioFile file, string info)
    {
        if (file.Kind == VfioFileKind.Group)
        {
            _groups.Add(file.Name);
            return;
        }

        var function = (file.Kind == VfioFileKind.Device ? FunctionOfNode(files, file.Name) : null) ?? FunctionOfInfo(files, info);
        if (function is { } address)
        {
            _functions.Add(address);
        }
    }

    /// <summary>The link leads to <c>…/0000:01:00.0/vfio-dev/vfio0</c>.</summary>
    private static PciAddress? FunctionOfNode(HostFiles files, string name) =>
        files.Link($"sys/class/vfio-dev/{name}")?.Split('/') is [.., var function, "vfio-dev", _] && PciAddress.TryParse(function, out var address) ? address : null;

    /// <summary><c>vfio-device-syspath: /sys/devices/…/0000:01:00.0</c> (vfio_device_show_fdinfo, newer than Linux 6.12).</summary>
    private static PciAddress? FunctionOfInfo(HostFiles files, string path)
    {
        const string key = "vfio-device-syspath:";
        var line = files.Text(path)?.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line is not null && PciAddress.TryParse(line.AsSpan(line.LastIndexOf('/') + 1).Trim(), out var address) ? address : null;
    }
}
