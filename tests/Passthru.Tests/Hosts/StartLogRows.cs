namespace Passthru.Tests.Hosts;

/// <summary>A line of a log of a start that failed: who says it, what it is read as (reason and function), and the line.</summary>
internal sealed record StartLogRow(string Speaker, string Expected, string Line)
{
    /// <summary>It stands in a task of Proxmox VE; else in the log of a domain of libvirt.</summary>
    public bool IsOfProxmox => Speaker == "Proxmox VE" || Line.StartsWith("kvm: ", StringComparison.Ordinal);
}

/// <summary>
/// Lines of logs of QEMU 5 to 10, Proxmox VE and libvirt, some retyped from public reports, others formed as their sources
/// form them, with values filled in.
/// </summary>
internal static class StartLogRows
{
    private const string Qemu = "QEMU";
    private const string Proxmox = "Proxmox VE";
    private const string Libvirt = "libvirt";

    public static readonly StartLogRow[] All =
    [
        // Groups in a container of VFIO.
        new(Qemu, "Busy 0000:01:00.0", "kvm: -device vfio-pci,host=01:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:01:00.0: failed to open /dev/vfio/1: Device or resource busy"),
        new(Qemu, "Busy 0000:01:00.1", "qemu-system-x86_64: -device vfio-pci,host=01:00.1,id=hostdev0,addr=0x6: vfio 0000:01:00.1: failed to open /dev/vfio/1: Device or resource busy"),
        new(Qemu, "Busy 0000:05:00.0", "kvm: -device vfio-pci,host=0000:05:00.0,id=hostpci0.0,bus=ich9-pcie-port-1,addr=0x0.0,multifunction=on: vfio 0000:05:00.0: failed to open /dev/vfio/15: Device or resource busy"),
        new(Qemu, "NotViable 0000:00:14.0", "qemu-system-x86_64: -device vfio-pci,host=00:14.0,bus=port.1: vfio error: 0000:00:14.0: failed to open /dev/vfio/2: No such file or directory"),
        new(Qemu, "NotViable 0000:00:02.0", "qemu-system-x86_64: -device vfio-pci,host=00:02.0,bus=port.1,multifunction=on: vfio 0000:00:02.0: failed to open /dev/vfio/1: No such file or directory"),
        new(Qemu, "NotViable 0000:05:00.0", "kvm: -device vfio-pci,host=0000:05:00.0,id=hostpci0,bus=pci.0,addr=0x10: vfio 0000:05:00.0: failed to open /dev/vfio/15: No such file or directory"),
        new(Qemu, "Permission 0000:04:10.0", "2021-12-18T15:36:17.735032Z qemu-system-x86_64: -device vfio-pci,host=0000:04:10.0,id=hostdev0,bus=pci.8,addr=0x1: vfio 0000:04:10.0: failed to open /dev/vfio/94: Permission denied"),
        new(Qemu, "Permission 0000:0b:00.0", "2022-04-03T09:11:52.102938Z qemu-system-x86_64: -device vfio-pci,host=0000:0b:00.0,id=hostdev0,bus=pci.5,addr=0x0: vfio 0000:0b:00.0: failed to open /dev/vfio/26: Operation not permitted"),
        new(Qemu, "NotViable 0000:09:00.0", "2022-07-02T19:41:18.784519Z qemu-system-x86_64: -device {\"driver\":\"vfio-pci\",\"host\":\"0000:09:00.0\",\"id\":\"hostdev0\",\"bus\":\"pci.1\",\"addr\":\"0x0\",\"romfile\":\"/usr/share/vgabios/gpu.rom\"}: vfio 0000:09:00.0: group 2 is not viable"),
        new(Qemu, "NotViable 0000:01:00.0", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0.0,bus=ich9-pcie-port-1,addr=0x0.0,x-vga=on,multifunction=on: vfio 0000:01:00.0: group 1 is not viable"),
        new(Qemu, "Rmrr 0000:03:00.0", "kvm: -device vfio-pci,host=0000:03:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:03:00.0: failed to setup container for group 13: Failed to set iommu for container: Operation not permitted"),
        new(Qemu, "Rmrr -", "2020-09-24T04:35:09.453740Z qemu-system-x86_64: -device vfio-pci,id=hostdev0,sysfsdev=/sys/bus/mdev/devices/34658867-146a-4656-9fa5-890fdbc37010,display=on,bus=pcie.0,addr=0x9: vfio 34658867-146a-4656-9fa5-890fdbc37010: failed to setup container for group 11: Failed to set iommu for container: Input/output error"),
        new(Qemu, "Rmrr 0000:04:00.0", "kvm: -device vfio-pci,host=0000:04:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:04:00.0: failed to setup container for group 30: Failed to set iommu for container: Invalid argument"),
        new(Qemu, "Rmrr 0000:04:00.0", "kvm: -device vfio-pci,host=0000:04:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:04:00.0: failed to setup container for group 30: failed to set group container: Invalid argument"),
        new(Qemu, "Memory 0000:7c:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:7c:00.0: vfio 0000:7c:00.0: failed to setup container for group 30: memory listener initialization failed: Region pc.ram: vfio_container_dma_map(0x55d1c0a8b2f0, 0x0, 0x80000000, 0x7f2b3be00000) = -12 (Cannot allocate memory)"),
        new(Qemu, "Memory 0000:01:00.0", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:01:00.0: failed to setup container for group 1: memory listener initialization failed: Region pc.ram: vfio_dma_map(0x5563e1a0f2a0, 0x100000000, 0x380000000, 0x7f11bfe00000) = -12 (Cannot allocate memory)"),
        new(Qemu, "Memory -", "kvm: VFIO_MAP_DMA failed: Cannot allocate memory"),
        new(Qemu, "Memory -", "qemu-system-x86_64: -device vfio-pci,host=01:00.0: VFIO_MAP_DMA: -12"),
        new(Qemu, "Memory -", "qemu-kvm: -device vfio-pci,host=0000:18:00.0: VFIO_MAP_DMA failed: No space left on device"),
        new(Qemu, "Config 0000:01:00.1", "qemu-system-x86_64: -device vfio-pci,host=01:00.1,id=hostdev0,addr=0x6: vfio 0000:01:00.1: group 1 used in multiple address spaces"),
        new(Qemu, "Config 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=01:00.0: vfio 0000:01:00.0: failed to setup container for group 1: No available IOMMU models"),
        new(Qemu, "Config 0000:3b:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:3b:00.0: vfio 0000:3b:00.0: memory listener initialization failed: Region vtd-00.0-dmar: device 01.00.0 requires caching mode: Operation not supported"),
        new(Qemu, "NotViable 0000:12:02.0", "qemu-system-x86_64: -device vfio-pci,host=12:02.0: vfio 0000:12:02.0: error getting device from group 24: No such device"),
        new(Qemu, "Reset 0000:0a:00.0", "kvm: -device vfio-pci,host=0000:0a:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:0a:00.0: error getting device from group 20: Input/output error"),
        new(Qemu, "Reset 0000:0a:00.0", "kvm: -device vfio-pci,host=0000:0a:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:0a:00.0: error getting device from group 20: Connection timed out"),
        new(Qemu, "Busy 0000:0a:00.0", "kvm: -device vfio-pci,host=0000:0a:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:0a:00.0: error getting device from group 20: Device or resource busy"),
        new(Qemu, "Permission 0000:0a:00.0", "kvm: -device vfio-pci,host=0000:0a:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:0a:00.0: error getting device from group 20: Operation not permitted"),
        new(Qemu, "NotViable 0000:0a:00.0", "kvm: -device vfio-pci,host=0000:0a:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0: vfio 0000:0a:00.0: error getting device from group 20: Invalid argument"),
        new(Qemu, "Config 0000:01:00.0", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci1,bus=ich9-pcie-port-2,addr=0x0: vfio 0000:01:00.0: device is already attached"),

        // The device.
        new(Qemu, "DeviceGone 0000:02:00.0", "qemu-system-x86_64: -device vfio-pci,host=02:00.0: vfio 0000:02:00.0: no such host device: No such file or directory"),
        new(Qemu, "NotViable 0000:02:00.0", "qemu-system-x86_64: -device vfio-pci,host=02:00.0: vfio 0000:02:00.0: no iommu_group found: No such file or directory"),
        new(Qemu, "Reset -", "kvm: ../hw/pci/pci.c:1815: pci_irq_handler: Assertion `0 <= irq_num && irq_num < PCI_NUM_PINS' failed."),
        new(Qemu, "Reset -", "qemu-system-x86_64: ../../hw/pci/pci.c:1487: pci_irq_handler: Assertion `0 <= irq_num && irq_num < PCI_NUM_PINS' failed."),
        new(Qemu, "Config -", "kvm: -device vfio-pci,host=0000:00:02.0,id=hostpci0,bus=pci.0,addr=0x2: IGD LPC bridge access failed: Permission denied"),

        // iommufd.
        new(Qemu, "Busy 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: error bind device fd=29 to iommufd=28: Device or resource busy"),
        new(Qemu, "Rmrr 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: error bind device fd=29 to iommufd=28: Operation not permitted"),
        new(Qemu, "NotViable 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: error bind device fd=29 to iommufd=28: No such device"),
        new(Qemu, "Rmrr 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: error attach 0000:01:00.0 (29) to id=2: Invalid argument"),
        new(Qemu, "Busy 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: error attach 0000:01:00.0 (29) to id=2: Device or resource busy"),
        new(Qemu, "Busy 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: Could not open '/dev/vfio/devices/vfio0': Device or resource busy"),
        new(Qemu, "NotViable 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: Could not open '/dev/vfio/devices/vfio0': No such file or directory"),
        new(Qemu, "Permission 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: Could not open '/dev/vfio/devices/vfio0': Permission denied"),
        new(Qemu, "NotViable 0000:01:00.0", "qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0: vfio 0000:01:00.0: couldn't open directory /sys/bus/pci/devices/0000:01:00.0/vfio-dev: No such file or directory"),
        new(Qemu, "Config -", "qemu-system-x86_64: -object iommufd,id=iommufd0: Could not open '/dev/iommu': No such file or directory"),

        // ROM files and slots.
        new(Qemu, "Rom -", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0,bus=ich9-pcie-port-1,addr=0x0,romfile=/usr/share/kvm/vbios.rom: failed to find romfile \"/usr/share/kvm/vbios.rom\""),
        new(Qemu, "Rom -", "2022-01-09T13:20:41.318203Z qemu-system-x86_64: -device vfio-pci,host=0000:0a:00.0,id=hostdev0,bus=pci.4,addr=0x0,romfile=/var/lib/libvirt/vbios/navi.rom: failed to find romfile \"/var/lib/libvirt/vbios/navi.rom\""),
        new(Qemu, "Rom -", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0,bus=pci.0,addr=0x10,romfile=/usr/share/kvm/x.rom: failed to load romfile \"/usr/share/kvm/x.rom\""),
        new(Qemu, "Rom -", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0,bus=pci.0,addr=0x10,romfile=/usr/share/kvm/x.rom: romfile \"/usr/share/kvm/x.rom\" is empty"),
        new(Qemu, "Rom -", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0,bus=pci.0,addr=0x10,romfile=/usr/share/kvm/x.rom: romfile \"/usr/share/kvm/x.rom\" too large (size cannot exceed 2 GiB)"),
        new(Qemu, "Config -", "kvm: -device vfio-pci,host=00:02.0,addr=0x02,x-igd-gms=1,romfile=j3455_hd500.bin: PCI: slot 2 function 0 not available for vfio-pci, in use by VGA"),
        new(Qemu, "Config -", "qemu-system-x86_64: -device vfio-pci,host=0000:00:14.3,multifunction=on: No 'PCI' bus found for device 'vfio-pci'"),
        new(Qemu, "Config -", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci4,bus=ich9-pcie-port-5,addr=0x0: Bus 'ich9-pcie-port-5' not found"),
        new(Qemu, "Config -", "kvm: -device vfio-pci,host=0000:01:00.0,x-pci-vendor=1: Property 'vfio-pci.x-pci-vendor' not found"),
        new(Qemu, "Config -", "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0: Duplicate ID 'hostpci0' for device"),
        new(Qemu, "Config -", "qemu-system-x86_64: -device vfio-pci,host=01:00.0: 'vfio-pci' is not a valid device model name"),

        // Memory.
        new(Qemu, "Memory -", "kvm: cannot set up guest memory 'pc.ram': Cannot allocate memory"),
        new(Qemu, "Memory -", "qemu-system-x86_64: unable to map backing store for guest RAM: Cannot allocate memory"),
        new(Libvirt, "Memory -", "libvirt:  error : cannot limit locked memory of process 12345 to 18253611008: Operation not permitted"),
        new(Proxmox, "Memory -", "hugepage allocation failed at /usr/share/perl5/PVE/QemuServer/Memory.pm line 541."),

        // Proxmox VE.
        new(Proxmox, "Busy 0000:0c:00.0", "PCI device '0000:0c:00.0' is currently reserved for use by VMID '105'"),
        new(Proxmox, "Busy 0000:61:00.0", "PCI device '0000:61:00.0' already in use by VMID '103'"),
        new(Proxmox, "Busy 0000:05:00.0", "PCI device '0000:05:00.0' already in use by running VMID '104'"),
        new(Proxmox, "Busy -", "could not find a free device for 'hostpci0'"),
        new(Proxmox, "NotViable 0000:01:00.0", "can't unbind/bind PCI group to VFIO '0000:01:00.0'"),
        new(Proxmox, "NotViable 0000:06:00.0", "Cannot bind 0000:06:00.0 to vfio"),
        new(Proxmox, "Reset 0000:01:00.0", "can't reset PCI device '0000:01:00.0'"),
        new(Proxmox, "DeviceGone -", "no PCI device found for '01:00'"),
        new(Proxmox, "DeviceGone 0000:01:00.0", "no pci device info for device '0000:01:00.0'"),
        new(Proxmox, "Mapping -", "PCI device mapping not found for 'gpu'"),
        new(Proxmox, "Mapping 0000:00:02.0", "PCI device mapping invalid (hardware probably changed): missing expected property 'iommugroup' for device '0000:00:02.0'"),
        new(Proxmox, "Mapping -", "PCI device mapping invalid (hardware probably changed): missing expected property 'subsystem-id'"),
        new(Proxmox, "Mapping -", "No mapping for node pve2."),
        new(Proxmox, "Mapping 0000:03:00.0", "pci device '0000:03:00.0' not found"),
        new(Proxmox, "Config -", "cannot prepare PCI pass-through, IOMMU not present"),
        new(Proxmox, "Config -", "Cannot find vfio-pci module!"),
        new(Proxmox, "Config -", "Cannot open iommu_group: No such file or directory"),
        new(Proxmox, "Config -", "Cannot set both 'host' and 'mapping'."),
        new(Proxmox, "Config -", "Either 'host' or 'mapping' must be set."),
        new(Proxmox, "Config 0000:01:00.0", "device '0000:01:00.0' assigned more than once"),
        new(Proxmox, "Config -", "q35 machine model is not enabled at /usr/share/perl5/PVE/QemuServer/PCI.pm line 514."),
        new(Proxmox, "Config -", "cannot use mediated device with multifunction device"),
        new(Proxmox, "Config -", "legacy IGD assignment is not compatible with x-vga"),
        new(Proxmox, "Permission -", "only root can set 'hostpci0' config for non-mapped devices"),
        new(Proxmox, "Reset 0000:02:00.0", "failed to reset PCI device '0000:02:00.0', but trying to continue as not all devices need a reset"),

        // libvirt.
        new(Libvirt, "Busy 0000:01:00.0", "error: Requested operation is not valid: PCI device 0000:01:00.0 is in use by driver QEMU, domain win10"),
        new(Libvirt, "Busy 0000:01:00.0", "Requested operation is not valid: PCI device 0000:01:00.0 is in use"),
        new(Libvirt, "NotViable 0000:c3:1b.1", "error: internal error: Unmanaged PCI device 0000:c3:1b.1 must be manually detached from the host"),
        new(Libvirt, "NotViable 0000:01:00.0", "error: Failed to bind PCI device '0000:01:00.0' to vfio-pci: No such device"),
        new(Libvirt, "NotViable 0000:01:00.0", "error: Failed to unbind PCI device '0000:01:00.0' from nvidia: Device or resource busy"),
        new(Libvirt, "Reset 0000:03:00.0", "internal error: Unable to reset PCI device 0000:03:00.0: no FLR, PM reset or bus reset available"),
        new(Libvirt, "Reset 0000:03:00.0", "internal error: Unable to reset PCI device 0000:03:00.1: internal error: Active 0000:03:00.0 devices on bus with 0000:03:00.1, not doing bus reset"),
        new(Libvirt, "DeviceGone 0000:02:00.0", "error: Device 0000:02:00.0 not found: could not access /sys/bus/pci/devices/0000:02:00.0/config: No such file or directory"),
        new(Libvirt, "Config 0000:01:00.0", "error: internal error: PCI device 0000:01:00.0 is not assignable"),
        new(Libvirt, "Config -", "internal error: Device 0000:06:00.0 is behind a switch lacking ACS and cannot be assigned"),
        new(Libvirt, "Config -", "error: internal error: Non-endpoint PCI devices cannot be assigned to guests"),
        new(Libvirt, "Config -", "libvirt.libvirtError: unsupported configuration: host doesn't support passthrough of host PCI devices"),
        new(Libvirt, "Config -", "internal error: Failed to load PCI stub module vfio-pci"),
        new(Libvirt, "Config -", "error: unsupported configuration: pci backend driver 'default' is not supported"),

        // What QEMU warns of.
        new(Qemu, "Reset 0000:00:1f.3", "qemu-system-x86_64: vfio: Cannot reset device 0000:00:1f.3, no available reset mechanism."),
        new(Qemu, "Reset 0000:01:00.0", "kvm: vfio: Cannot reset device 0000:01:00.0, depends on group 15 which is not owned."),
        new(Qemu, "Reset -", "kvm: vfio: Unable to power on device, stuck in D3"),
        new(Qemu, "Rom -", "Device option ROM contents are probably invalid (check dmesg)."),
        new(Qemu, "Rom 0000:01:00.0", "kvm: vfio-pci: Cannot read device rom at 0000:01:00.0"),
        new(Qemu, "Memory -", "kvm: vfio_dma_map(0x5e043daea2f0, 0x380010000000, 0x2000000, 0x771a6ce00000) = -22 (Invalid argument)"),
    ];
}
