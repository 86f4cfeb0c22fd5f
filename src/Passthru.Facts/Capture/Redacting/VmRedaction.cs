using System.Text;
using Passthru.Facts.HostDependencies.Network;
using Passthru.Facts.HostDependencies.Programs;
using Passthru.Facts.Processes;
using Passthru.Facts.Reading;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Capture.Redacting;

/// <summary>
/// Files of VM managers and of processes, reduced to what the readers read: disks, network addresses, passwords, keys and
/// descriptions stand in the same files. What a reader does not understand stays something that it does not understand.
/// </summary>
/// <param name="names">Other names for machines; null: theirs stay.</param>
/// <param name="pids">Processes that run a virtual machine or hold VFIO; of others not even the name is passed on.</param>
/// <param name="vms">The VMs that were read; volumes are named after them.</param>
public sealed class VmRedaction(Pseudonyms? names, IReadOnlySet<int> pids, IEnumerable<Vm>? vms = null)
{
    private readonly VolumeNames? _volumes = names is null ? null : new VolumeNames(vms ?? [], names);

    public byte[] Content(string path, byte[] content) => WithVolumes(path, Text(path, content) is { } text ? Encoding.UTF8.GetBytes(text) : content);

    /// <summary>The content with other names for volumes that are named after VMs.</summary>
    public byte[] WithVolumes(string path, byte[] content) => _volumes?.Content(path, content) ?? content;

    /// <summary>Of what a process has open only VFIO's files, KVM's VMs and nodes of devices are told.</summary>
    public string Target(string path, string target) => _volumes?.Text(Kept(path, target)) ?? Kept(path, target);

    /// <summary>libvirt names its files after the domains.</summary>
    public string Path(string path)
    {
        if (VmManagers.All.Select(manager => manager.RedactPath(path, names)).FirstOrDefault(other => other is not null) is { } log)
        {
            return log;
        }

        var slash = path.LastIndexOf('/');
        var dot = path.LastIndexOf('.');
        return names is not null
            && VmManagers.All.Any(manager => manager.HoldsNames(path[..Math.Max(slash, 0)]))
            && dot > slash + 1
            && path[(slash + 1)..] != "driver.pid"
            ? $"{path[..slash]}/{names.Of(path[(slash + 1)..dot])}{path[dot..]}"
            : _volumes?.Path(path) ?? path;
    }

    private string? Text(string path, byte[] content) => path.Split('/') switch
    {
        ["etc", "pve", "storage.cfg"] => StorageRedaction.Storages(Encoding.UTF8.GetString(content)),
        ["etc", "pve", .., "lxc", var file] when file.EndsWith(".conf", StringComparison.Ordinal) => StorageRedaction.Container(Encoding.UTF8.GetString(content)),
        ["var", "lib", "lxc", _, "config"] => StorageRedaction.Container(Encoding.UTF8.GetString(content)),
        ["etc" or "var", .., "openvswitch", "conf.db"] => OvsBridges.Reduced(Encoding.UTF8.GetString(content)),
        ["proc", _, "net", "pppoe"] => StorageRedaction.Sessions(Encoding.UTF8.GetString(content)),
        ["proc", var pid, "cmdline"] when IsPid(pid) => ProcessRedaction.Arguments(content, names),
        ["proc", var pid, "comm"] when IsPid(pid) => ProcessRedaction.Name(Encoding.UTF8.GetString(content), isComplete: pids.Contains(Pid(pid)), names),
        ["proc", var pid, "status"] when IsPid(pid) => ProcessRedaction.Status(Encoding.UTF8.GetString(content)),
        ["proc", var pid, "stat"] when IsPid(pid) => ProcessRedaction.Stat(Encoding.UTF8.GetString(content)),
        ["proc", var pid, "cgroup"] when IsPid(pid) && names is not null => ProcessRedaction.Group(Encoding.UTF8.GetString(content), names),
        var parts => VmManagers.All.Select(manager => manager.Redact(parts, Encoding.UTF8.GetString(content), names)).FirstOrDefault(text => text is not null)
            ?? OfQemu(parts, content),
    };

    /// <summary>A file of <c>-readconfig</c> may lie anywhere; it is known by its sections.</summary>
    private string? OfQemu(string[] path, byte[] content) =>
        path[0] is not ("sys" or "proc") && QemuConfigFile.Parse(Encoding.UTF8.GetString(content)) is { DescribesVm: true } file ? file.Bare(names) : null;

    private static bool IsPid(string text) => Pid(text) > 0;

    private static int Pid(string text) => Number.TryParse(text, out var pid) ? pid : 0;

    private static string Kept(string path, string target) =>
        path.StartsWith("proc/", StringComparison.Ordinal) && path.Contains("/fd/", StringComparison.Ordinal)
            && target is not OpenVfioFiles.KvmVm && !VfioFile.TryParse(target, out _) && !ProgramSearch.IsWanted(target)
            ? Redaction.LeftOut
            : path.StartsWith("proc/", StringComparison.Ordinal) && path.EndsWith("/exe", StringComparison.Ordinal) ? $"/{Redaction.LeftOut}{target[Math.Max(0, target.LastIndexOf('/'))..]}"
            : target;
}
