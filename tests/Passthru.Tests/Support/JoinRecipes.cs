namespace Passthru.Tests.Support;

/// <summary>Queries that put these metrics beside those of other exporters: for the reference, and to be tried with promtool.</summary>
internal static class JoinRecipes
{
    /// <param name="Title">What the query answers.</param>
    /// <param name="Query">PromQL.</param>
    /// <param name="Series">A series of the other side, as that exporter has it, with which it gives a result.</param>
    public sealed record Recipe(string Title, string Query, string Series);

    public static readonly Recipe[] All =
    [
        new("VMs with host devices, by name and node (prometheus-pve-exporter, `id=\"qemu/110\"`)",
            """
            label_replace(passthru_vm_running{platform="proxmox"}, "id", "qemu/$1", "vm", "(.+)")
              * on (id) group_left (name, node) pve_guest_info
            """,
            """pve_guest_info{id="qemu/110",name="gaming",node="pve1",instance="cluster",job="pve"} 1"""),
        new("CPU time of libvirt domains with host devices (libvirt exporters, `domain`)",
            """
            rate(libvirt_domain_info_cpu_time_seconds_total[5m])
              * on (domain) group_left () label_replace(passthru_vm_running{platform="libvirt"}, "domain", "$1", "vm", "(.+)")
            """,
            """libvirt_domain_info_cpu_time_seconds_total{domain="win11",instance="kvm1:9177",job="libvirt"} 0+15x20"""),
        new("Temperature of GPUs that the host has while VFIO should (DCGM, whose `pci_bus_id` has eight digits of domain)",
            """
            label_replace(DCGM_FI_DEV_GPU_TEMP, "device", "$1", "pci_bus_id", "0000(.+)")
              and on (device) (passthru_device_ownership_mismatch == 1)
            """,
            """DCGM_FI_DEV_GPU_TEMP{gpu="0",pci_bus_id="00000000:01:00.0",instance="gpu1:9400",job="dcgm"} 61"""),
        new("Link width as node_exporter's `pcidevice` has it, for devices that are expected on VFIO (its address is in four labels)",
            """
            label_join(label_join(node_pcidevice_current_link_width, "slot", ":", "segment", "bus", "device"), "device", ".", "slot", "function")
              * on (device) group_left (model, vm) passthru_reservation_info
            """,
            """node_pcidevice_current_link_width{segment="0000",bus="01",device="00",function="0",instance="kvm1:9100",job="node"} 16"""),
        new("Who has each device that a VM takes",
            """
            passthru_vm_device_info * on (instance, device) group_left (driver, owner) passthru_device_driver_info
            """,
            ""),
    ];
}
