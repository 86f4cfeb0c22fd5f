using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// NVMe disks that several controllers lead to, and those at the other end of a network (drivers/nvme/host/multipath.c,
/// fabrics.c). Such a disk is <c>sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1</c>, beside links to its controllers,
/// each of which has a hidden <c>nvme0c1n1</c> for the disk.
/// </summary>
internal sealed class NvmePaths(HostReader files)
{
    public static bool IsHead(string directory) => DevicePath.NameOf(DevicePath.ParentOf(directory)).StartsWith("nvme-subsys", StringComparison.Ordinal);

    public static bool IsOverNetwork(string directory) => directory.Contains("/nvme-fabrics/", StringComparison.Ordinal);

    /// <summary>The controllers that have a path to this disk.</summary>
    public Backing Below(string head)
    {
        var subsystem = DevicePath.ParentOf(head);
        var all = Controllers(subsystem).ToList();
        var leading = all.Where(controller => HasPath(controller, DevicePath.NameOf(head))).ToList();
        var used = leading.Count > 0 ? leading : all;
        return used.Count > 0 ? Backing.On(used) : Backing.Unknown("no controller leads to it");
    }

    /// <summary>A controller on PCI, the machine it talks to, or the Fibre Channel port it talks through. Sources: <c>transport</c>, <c>address</c>.</summary>
    public Backing BelowController(string directory)
    {
        if (DevicePath.FunctionOn(directory) is { } function)
        {
            return Backing.On(new FunctionLayer(function));
        }

        var transport = files.Text($"{directory}/transport");
        var address = files.Text($"{directory}/address");
        return transport is "tcp" or "rdma" && IpAddress.TryParse(Field(address, "traddr="), out var peer) ? Backing.On(new RemoteLayer(peer))
            : transport == "fc" && PortOf(Field(address, "host_traddr=")) is { } port ? Backing.On(new FunctionLayer(port))
            : transport == "loop" ? Backing.Nothing
            : Backing.Unknown($"no file has the way over {transport ?? "its transport"}");
    }

    /// <summary>
    /// The adapter's port, of <c>nn-0x20000010…:pn-0x10000010…</c>. Source: <c>/sys/class/fc_host/hostN/port_name</c>
    /// (drivers/scsi/scsi_transport_fc.c).
    /// </summary>
    private PciAddress? PortOf(string port)
    {
        const string hosts = "sys/class/fc_host";
        const string key = "pn-";
        var at = port.IndexOf(key, StringComparison.Ordinal);
        foreach (var link in at < 0 ? [] : (files.Names(hosts) ?? []).Select(name => $"{hosts}/{name}"))
        {
            if (files.Link(link) is { } target && SymlinkPath.Resolve(link, target) is var directory && files.Text($"{directory}/port_name") == port[(at + key.Length)..])
            {
                return DevicePath.FunctionOn(directory);
            }
        }

        return null;
    }

    private IEnumerable<ControllerLayer> Controllers(string subsystem)
    {
        foreach (var name in files.Names(subsystem) ?? [])
        {
            var isController = name.StartsWith("nvme", StringComparison.Ordinal) && name.Length > 4 && !name.AsSpan(4).ContainsAnyExceptInRange('0', '9');
            if (isController && files.Link($"{subsystem}/{name}") is { } target)
            {
                yield return new ControllerLayer(name, SymlinkPath.Resolve($"{subsystem}/{name}", target));
            }
        }
    }

    /// <summary><c>nvme0c1n1</c> below controller nvme1 is the path to nvme0n1.</summary>
    private bool HasPath(ControllerLayer controller, string head)
    {
        var n = head.LastIndexOf('n');
        var (subsystem, disk) = n > 0 ? (head[..n] + 'c', head[n..]) : (head, "");
        return (files.Names(controller.Directory) ?? []).Any(name =>
            name.StartsWith(subsystem, StringComparison.Ordinal) && name.EndsWith(disk, StringComparison.Ordinal));
    }

    /// <summary>A value of <c>traddr=192.0.2.1,trsvcid=4420,src_addr=192.0.2.7</c>.</summary>
    private static string Field(string? text, string key) =>
        (text ?? "").Split(',').FirstOrDefault(field => field.StartsWith(key, StringComparison.Ordinal))?[key.Length..] ?? "";
}
