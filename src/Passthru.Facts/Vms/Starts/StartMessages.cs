using System.Buffers;
using static Passthru.Facts.Vms.Starts.StartFailureReason;

namespace Passthru.Facts.Vms.Starts;

/// <summary>
/// What QEMU 5 to 10, libvirt and Proxmox VE say when a VM with host devices does not start. Each row has a line of a real log in the
/// tests. The first that fits a line says what it is.
/// </summary>
internal static class StartMessages
{
    public static readonly StartMessage[] All =
    [
        // QEMU, hw/vfio/container.c (common.c up to 8): groups in a container of VFIO.
        new(Busy, "failed to open /dev/vfio/*: Device or resource busy"),
        new(NotViable, "failed to open /dev/vfio/*: No such file or directory"),
        new(Permission, "failed to open /dev/vfio/*: Permission denied"),
        new(Permission, "failed to open /dev/vfio/*: Operation not permitted"),
        new(NotViable, "group * is not viable"),
        new(Rmrr, "failed to set iommu for container: Operation not permitted"),
        new(Rmrr, "failed to set iommu for container: Invalid argument"),
        new(Rmrr, "failed to set iommu for container: Input/output error"),
        new(Rmrr, "failed to set group container: *"),
        new(Memory, "vfio_dma_map(*) = -12 (Cannot allocate memory)"),
        new(Memory, "vfio_container_dma_map(*) = -12 (Cannot allocate memory)"),
        new(Memory, "VFIO_MAP_DMA failed: Cannot allocate memory"),
        new(Memory, "VFIO_MAP_DMA: -12"),
        new(Memory, "VFIO_MAP_DMA failed: No space left on device"),
        new(Config, "group * used in multiple address spaces"),
        new(Config, "No available IOMMU models"),
        new(Config, "memory listener initialization failed: *"),
        new(NotViable, "error getting device from group *: No such device"),
        new(Reset, "error getting device from group *: Input/output error"),
        new(Reset, "error getting device from group *: Connection timed out"),
        new(Busy, "error getting device from group *: Device or resource busy"),
        new(Permission, "error getting device from group *: Operation not permitted"),
        new(NotViable, "error getting device from group *: Invalid argument"),
        new(Config, "device is already attached"),

        // QEMU, hw/vfio/pci.c and helpers: the device.
        new(DeviceGone, "no such host device"),
        new(NotViable, "no iommu_group found"),
        new(Reset, "pci_irq_handler: Assertion*irq_num < PCI_NUM_PINS* failed"),
        new(Config, "IGD LPC bridge access failed*"),

        // QEMU, hw/vfio/iommufd.c and backends/iommufd.c, since 9.0.
        new(Busy, "error bind device fd=* to iommufd=*: Device or resource busy"),
        new(Rmrr, "error bind device fd=* to iommufd=*: Operation not permitted"),
        new(NotViable, "error bind device fd=* to iommufd=*: No such device"),
        new(Rmrr, "error attach * to id=*: Invalid argument"),
        new(Busy, "error attach * to id=*: Device or resource busy"),
        new(Busy, "Could not open '/dev/vfio/devices/*': Device or resource busy"),
        new(NotViable, "Could not open '/dev/vfio/devices/*': No such file or directory"),
        new(Permission, "Could not open '/dev/vfio/devices/*': Permission denied"),
        new(NotViable, "couldn't open directory */vfio-dev: No such file or directory"),
        new(Config, "Could not open '/dev/iommu': No such file or directory"),

        // QEMU, hw/pci/pci.c, pci_add_option_rom and do_pci_register_device; qdev.
        new(Rom, "failed to find romfile *"),
        new(Rom, "failed to load romfile *"),
        new(Rom, "romfile * is empty"),
        new(Rom, "romfile * too large*"),
        new(Config, "PCI: slot * not available for vfio-pci, in use by *"),
        new(Config, "No 'PCI' bus found for device 'vfio-pci'"),
        new(Config, "Bus '*' not found"),
        new(Config, "Property 'vfio-pci.*"),
        new(Config, "Duplicate ID '*' for device"),
        new(Config, "'vfio-pci' is not a valid device model name"),

        // QEMU's memory, before any device.
        new(Memory, "cannot set up guest memory *: Cannot allocate memory"),
        new(Memory, "unable to map backing store for *: Cannot allocate memory"),
        new(Memory, "cannot limit locked memory *"),
        new(Memory, "hugepage allocation failed"),

        // Proxmox VE: PVE/QemuServer/PCI.pm, PVE/SysFSTools.pm, PVE/Mapping/PCI.pm.
        new(Busy, "PCI device '*' is currently reserved for use by VMID *"),
        new(Busy, "PCI device '*' already in use by running VMID *"),
        new(Busy, "PCI device '*' already in use by VMID *"),
        new(Busy, "could not find a free device for '*'"),
        new(NotViable, "can't unbind/bind PCI group to VFIO '*'"),
        new(NotViable, "Cannot bind * to vfio"),
        new(Reset, "can't reset PCI device '*'"),
        new(DeviceGone, "no PCI device found for '*'"),
        new(DeviceGone, "no pci device info for device '*'"),
        new(Mapping, "PCI device mapping not found for '*'"),
        new(Mapping, "PCI device mapping invalid (hardware probably changed): *"),
        new(Mapping, "No mapping for node *"),
        new(Mapping, "pci device '*' not found"),
        new(Config, "cannot prepare PCI pass-through, IOMMU not present"),
        new(Config, "Cannot find vfio-pci module!"),
        new(Config, "Cannot open iommu_group: *"),
        new(Config, "Cannot set both 'host' and 'mapping'."),
        new(Config, "Either 'host' or 'mapping' must be set."),
        new(Config, "device '*' assigned more than once"),
        new(Config, "q35 machine model is not enabled"),
        new(Config, "cannot use mediated device with multifunction device"),
        new(Config, "legacy IGD assignment *"),
        new(Permission, "only root can set '*' config for non-mapped devices"),
        new(Reset, "failed to reset PCI device '*', but trying to continue as not all devices need a reset") { IsWarning = true },

        // libvirt: src/hypervisor/virhostdev.c, src/util/virpci.c, src/qemu/qemu_hostdev.c.
        new(Busy, "PCI device * is in use by driver *, domain *"),
        new(Busy, "PCI device * is in use"),
        new(NotViable, "Unmanaged PCI device * must be manually detached from the host"),
        new(NotViable, "Failed to bind PCI device '*' to vfio-pci: *"),
        new(NotViable, "Failed to unbind PCI device '*' from *"),
        new(Reset, "Unable to reset PCI device *: no FLR, PM reset or bus reset available"),
        new(Reset, "Active * devices on bus with *, not doing bus reset"),
        new(DeviceGone, "Device * not found: could not access *"),
        new(Config, "PCI device * is not assignable"),
        new(Config, "is behind a switch lacking ACS and cannot be assigned"),
        new(Config, "Non-endpoint PCI devices cannot be assigned to guests"),
        new(Config, "host doesn't support passthrough of host PCI devices"),
        new(Config, "Failed to load PCI stub module *"),
        new(Config, "pci backend driver '*' is not supported"),

        // QEMU warns of these and goes on.
        new(Reset, "vfio: Cannot reset device *, no available reset mechanism.") { IsWarning = true },
        new(Reset, "vfio: Cannot reset device *, depends on group * which is not owned.") { IsWarning = true },
        new(Reset, "vfio: Unable to power on device, stuck in D3") { IsWarning = true },
        new(Rom, "Device option ROM contents are probably invalid *") { IsWarning = true },
        new(Rom, "Cannot read device rom at *") { IsWarning = true },
        new(Memory, "vfio_dma_map(*) = -22 (Invalid argument)") { IsWarning = true },
    ];

    /// <summary>What the wordings begin with: nearly every line of a log has none of them.</summary>
    private static readonly SearchValues<string> Beginnings = SearchValues.Create([.. All.Select(message => message.Wording.Split('*')[0])], StringComparison.OrdinalIgnoreCase);

    /// <summary>Null: the line is none of these.</summary>
    public static StartFailure? Read(string line) => Find(line)?.Failure;

    /// <summary>What of several lines explains the failure: the first that is no mere warning.</summary>
    public static StartFailure? Explain(IEnumerable<string> lines)
    {
        StartFailure? warning = null;
        foreach (var line in lines)
        {
            switch (Find(line))
            {
                case { Message.IsWarning: false, Failure: var failure }:
                    return failure;
                case { Failure: var failure }:
                    warning ??= failure;
                    break;
            }
        }

        return warning;
    }

    private static Found? Find(string line)
    {
        if (!line.AsSpan().ContainsAny(Beginnings))
        {
            return null;
        }

        foreach (var message in All)
        {
            if (message.Read(line) is { } failure)
            {
                return new Found(message, failure);
            }
        }

        return null;
    }

    private sealed record Found(StartMessage Message, StartFailure Failure);
}
