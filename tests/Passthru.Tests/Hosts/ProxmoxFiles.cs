using System.Globalization;
using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>A node of Proxmox VE in files: configurations, mappings, what is noted of running machines, and their processes.</summary>
internal sealed class ProxmoxFiles(HostTree tree, string node = "pve1")
{
    private readonly StringBuilder _mappings = new();
    private readonly StringBuilder _reservations = new();

    /// <summary>A virtual machine by the lines of its file.</summary>
    public ProxmoxFiles Machine(int id, params ReadOnlySpan<string> lines)
    {
        tree.Text($"etc/pve/nodes/{node}/qemu-server/{id}.conf", string.Join('\n', [.. lines, ""]));
        return this;
    }

    /// <summary>A mapping with its lines for this node: <c>path=0000:01:00,id=10de:2204,iommugroup=14</c>.</summary>
    public ProxmoxFiles Mapping(string name, params ReadOnlySpan<string> maps)
    {
        _mappings.Append(name).Append('\n');
        foreach (var map in maps)
        {
            _mappings.Append(CultureInfo.InvariantCulture, $"\tmap node={node},{map}\n");
        }
        _mappings.Append('\n');
        return this;
    }

    /// <summary>It was started and has these functions, in these groups.</summary>
    public ProxmoxFiles Running(int id, int pid, IEnumerable<string> groups, params string[] functions)
    {
        tree.Line($"run/qemu-server/{id}.pid", $"{pid}");
        Process(id, pid, groups, functions);
        foreach (var function in functions)
        {
            Reserved(function, id, $"pid:{pid}");
        }
        return this;
    }

    /// <summary>A line of the reservations: held by <c>pid:4711</c>, or until <c>time:1700000000</c> by a start under way.</summary>
    public ProxmoxFiles Reserved(string function, int id, string holder)
    {
        _reservations.Append(CultureInfo.InvariantCulture, $"{function} {id} {holder}\n");
        return this;
    }

    public void Write()
    {
        tree.Link("etc/pve/local", $"etc/pve/nodes/{node}")
            .Link("etc/pve/qemu-server", $"etc/pve/nodes/{node}/qemu-server")
            .Line("proc/sys/kernel/hostname", node)
            .Text("run/qemu-server/pci-id-reservations", _reservations.ToString());
        if (_mappings.Length > 0)
        {
            tree.Text("etc/pve/mapping/pci.cfg", _mappings.ToString());
        }
    }

    /// <summary>As qemu-server starts it: in a scope of its own, the devices on the command line.</summary>
    private void Process(int id, int pid, IEnumerable<string> groups, string[] functions)
    {
        var devices = functions.Index().SelectMany(one => new[] { "-device", $"vfio-pci,host={one.Item},id=hostpci0.{one.Index}" });
        string[] arguments = ["/usr/bin/kvm", "-id", $"{id}", "-name", $"vm{id},debug-threads=on", "-pidfile", $"/var/run/qemu-server/{id}.pid", .. devices];
        tree.Line($"proc/{pid}/comm", "kvm")
            .Text($"proc/{pid}/cmdline", string.Join('\0', arguments) + "\0")
            .Line($"proc/{pid}/cgroup", $"0::/qemu.slice/{id}.scope");
        foreach (var (index, name) in groups.Prepend("vfio").Index())
        {
            tree.LinkText($"proc/{pid}/fd/{20 + index}", $"/dev/vfio/{name}");
        }
    }
}
