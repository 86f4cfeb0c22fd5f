using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// The virtual machines of this node of Proxmox VE. <c>/etc/pve</c> is a cluster's database behind FUSE (pmxcfs) and waits for as
/// long as the other nodes do, so all that is wanted of it is read at one place that may block.
/// </summary>
internal static class ProxmoxReader
{
    /// <summary>No guests: no Proxmox here, which is no issue; or its machines can't be told, which is one.</summary>
    public static VmReading Read(HostReader files)
    {
        if (files.MayBlock(ProxmoxCluster.Directory, () => ProxmoxCluster.Read(files)) is not { } cluster)
        {
            return VmReading.None;
        }

        var notes = new ProxmoxRuntimeState(files);
        var reader = new ProxmoxVmBuilder(files, PciMappings.Parse(files, cluster.Mappings, cluster.Node), cluster.Managed);
        return new VmReading([.. cluster.Machines.Select(vm => notes.Add(reader.Of(vm)))], notes.AreSeen);
    }
}
