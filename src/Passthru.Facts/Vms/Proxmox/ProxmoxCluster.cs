using System.Collections.Immutable;
using System.Globalization;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>What is wanted of <c>/etc/pve</c>, read in one go.</summary>
internal sealed record ProxmoxCluster
{
    public const string Directory = "etc/pve";

    /// <summary>The largest file that pmxcfs takes (MEMDB_MAX_FILE_SIZE in pmxcfs/memdb.h).</summary>
    private const int FileBytes = 1024 * 1024;

    /// <summary>What the files of one node may hold together, and how many there may be; a big node has a few hundred of one page each.</summary>
    private const int AllBytes = 32 * 1024 * 1024;
    private const int MaxVms = 4096;

    /// <summary>The name of this node; null: not to be told.</summary>
    public required string? Node { get; init; }

    public required EquatableArray<ProxmoxFile> Machines { get; init; }

    /// <summary>The text of <see cref="PciMappings.File"/>: empty where there is none, null where it can't be read.</summary>
    public required string? Mappings { get; init; }

    public required HaResources Managed { get; init; }

    /// <summary>Null: not a node of Proxmox, or not to be read.</summary>
    public static ProxmoxCluster? Read(HostReader files)
    {
        if (files.Exists(Directory) != true)
        {
            return null;
        }

        var node = NodeName(files);
        var vms = MachineDirectory(files, node) is { } directory ? ReadVms(files, directory) : null;
        return vms is { } all ? new() { Node = node, Machines = all, Mappings = ReadMappings(files), Managed = HaResources.Read(files) } : null;
    }

    private static string? ReadMappings(HostReader files) =>
        files.LongText(PciMappings.File, FileBytes) ?? (files.WithOwnIssues().Exists(PciMappings.File) == false ? "" : null);

    /// <summary>The links of pmxcfs name the node; without them, in a copy of the files, the host's name without its domain does.</summary>
    private static string? NodeName(HostReader files)
    {
        if (files.LinkName($"{Directory}/local") is { Length: > 0 } local)
        {
            return local;
        }

        if (files.Link($"{Directory}/qemu-server") is { } target
            && SymlinkPath.Resolve($"{Directory}/qemu-server", target).Split('/') is [.., "nodes", var linked, "qemu-server"])
        {
            return linked;
        }

        var name = files.Text("proc/sys/kernel/hostname") is { Length: > 0 } running ? running : files.Text("etc/hostname");
        return name?.Split('.')[0] is { Length: > 0 } shortName && !shortName.Contains('/') ? shortName : null;
    }

    /// <summary>Null: nothing says which node this is, or the file system is not mounted and its directory is empty.</summary>
    private static string? MachineDirectory(HostReader files, string? node)
    {
        const string linked = $"{Directory}/qemu-server";
        if (files.Exists(linked) is not false and var there)
        {
            return there is true ? linked : null;
        }

        if (node is null)
        {
            files.ReportUnresolved(Directory, "no file says which node this is");
            return null;
        }

        var own = $"{Directory}/nodes/{node}";
        if (files.Exists(own) is false)
        {
            files.ReportUnresolved(Directory, $"there is nothing of node {node}: the cluster file system may not be mounted");
            return null;
        }

        return $"{own}/qemu-server";
    }

    /// <summary>Null: there is no telling, for not one that is there could be read.</summary>
    private static EquatableArray<ProxmoxFile>? ReadVms(HostReader files, string directory)
    {
        if (files.Names(directory) is not { } names)
        {
            return files.Exists(directory) == false ? [] : null;
        }

        var ids = names.Where(IsVm).Select(name => name[..^5]).OrderBy(id => int.Parse(id, CultureInfo.InvariantCulture)).ToList();
        var vms = ImmutableArray.CreateBuilder<ProxmoxFile>();
        var issues = files.Issues.Count;
        long bytes = 0;
        foreach (var id in ids)
        {
            if (vms.Count == MaxVms || bytes > AllBytes)
            {
                files.ReportUnresolved(directory, $"{ids.Count} VMs, {vms.Count} taken");
                break;
            }

            var path = $"{directory}/{id}.conf";
            var text = files.LongText(path, FileBytes);
            bytes += text?.Length ?? 0;
            if (text is not null && Understood(files, path, text) is { } config)
            {
                vms.Add(new ProxmoxFile(id, path, config));
            }
        }

        return vms.Count == 0 && files.Issues.Count > issues ? null : vms.DrainToImmutable();
    }

    /// <summary>Null: it is no such file at all. Single lines that make no sense are told, and passed over as Proxmox does.</summary>
    private static ProxmoxConfig? Understood(HostReader files, string path, string text)
    {
        var config = ProxmoxConfig.Parse(text);
        if (config.FirstInvalidLine is { } line)
        {
            files.ReportMalformed(path, line);
        }

        return config.IsNotConfig ? null : config;
    }

    private static bool IsVm(string name) =>
        name.Length is > 5 and <= 14 && name.EndsWith(".conf", StringComparison.Ordinal) && name.AsSpan(0, name.Length - 5).IndexOfAnyExceptInRange('0', '9') < 0;
}
