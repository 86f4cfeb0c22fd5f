namespace Passthru.Tests.Hosts;

/// <summary>Processes as procfs shows them, and the references that the VFIO module counts for their files.</summary>
internal sealed class ProcessFiles
{
    private const int LongestName = 15;
    private readonly HostTree _tree;

    public ProcessFiles(HostTree tree)
    {
        _tree = tree;
        Kernel(2, "kthreadd");
    }

    /// <summary>A thread of the kernel has a name and no command line.</summary>
    public ProcessFiles Kernel(int pid, string name)
    {
        _tree.Line($"proc/{pid}/comm", name).Text($"proc/{pid}/cmdline", "").Line($"proc/{pid}/cgroup", "0::/").Directory($"proc/{pid}/fd");
        return this;
    }

    /// <summary>A process with its arguments, the program first; named after it.</summary>
    public ProcessFiles Process(int pid, string group, params IReadOnlyList<string> arguments)
    {
        var name = Path.GetFileName(arguments[0]);
        _tree.Line($"proc/{pid}/comm", name[..Math.Min(name.Length, LongestName)])
            .Text($"proc/{pid}/cmdline", string.Concat(arguments.Select(argument => argument + "\0")))
            .Line($"proc/{pid}/cgroup", $"0::{group}");
        return Open(pid, 0, "/dev/null");
    }

    /// <summary>A descriptor: <c>/dev/vfio/14</c>, <c>anon_inode:[vfio-device]</c>; newer kernels say in its info which device it is.</summary>
    public ProcessFiles Open(int pid, int descriptor, string target, string? device = null)
    {
        _tree.LinkText($"proc/{pid}/fd/{descriptor}", target);
        if (device is not null)
        {
            _tree.Text($"proc/{pid}/fdinfo/{descriptor}", $"pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t1077\nvfio-device-syspath: /{device}\n");
        }
        return this;
    }

    /// <summary>A machine's three descriptors on a group with one device: container, group, device.</summary>
    public ProcessFiles Holds(int pid, string group, int from = 20, string? device = null) =>
        Open(pid, from, "/dev/vfio/vfio").Open(pid, from + 1, $"/dev/vfio/{group}").Open(pid, from + 2, "anon_inode:[vfio-device]", device);

    /// <summary>The module with three others that stand on it, and references for open files.</summary>
    public ProcessFiles References(int count)
    {
        string[] modules = ["vfio_iommu_type1", "vfio_pci", "vfio_pci_core"];
        _tree.Line("sys/module/vfio/refcnt", $"{modules.Length + count}");
        foreach (var module in modules)
        {
            _tree.Link($"sys/module/vfio/holders/{module}", $"sys/module/{module}").Line($"sys/module/{module}/initstate", "live");
        }
        return this;
    }
}
