using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Groups;

/// <summary>
/// Capacity counts of fixture hosts, counted by hand from what was written into each host and not from what comes out of it. A group
/// counts once, by its principal endpoint. Those of the first block have the devices of <c>UsedMachine</c>: groups of an NVMe disk, two
/// adapters, a USB controller, two graphics cards with their audio, and a SATA controller that shares with a USB controller (storage).
/// </summary>
public sealed class CapacityByHandTests(WrittenHosts hosts)
{
    // / and swap on the NVMe disk, the address on the first adapter, the only keyboard on the USB controller; the first card is the
    // boot display by its driver, the second has a monitor.
    [Theory]
    [InlineData("use-ext4-nvme", "gpu blocked 2", "nvme blocked 1", "storage host 1", "network blocked 1", "network host 1", "usb blocked 1")]
    // The array of both SATA disks carries /, /boot and swap.
    [InlineData("use-lvm-raid1", "gpu blocked 2", "nvme host 1", "storage blocked 1", "network blocked 1", "network host 1", "usb blocked 1")]
    [InlineData("use-luks", "gpu blocked 2", "nvme blocked 1", "storage host 1", "network blocked 1", "network host 1", "usb blocked 1")]
    // One half of the mirror is on the NVMe disk, the other on SATA; both adapters are in the bond.
    [InlineData("use-zfs-mirror", "gpu blocked 2", "nvme blocked 1", "storage blocked 1", "network blocked 2", "usb blocked 1")]
    [InlineData("use-bond-vlan-bridge", "gpu blocked 2", "nvme blocked 1", "storage host 1", "network blocked 2", "usb blocked 1")]
    // A link-local address on the first adapter keeps nobody from it, the global one is on the second.
    [InlineData("use-ipv6-only", "gpu blocked 2", "nvme blocked 1", "storage host 1", "network blocked 1", "network host 1", "usb blocked 1")]
    // / on a stick at the USB controller, /var on the NVMe disk.
    [InlineData("use-usb-boot", "gpu blocked 2", "nvme blocked 1", "storage host 1", "network blocked 1", "network host 1", "usb blocked 1")]
    // / over the second adapter, which only the storage network is on.
    [InlineData("use-iscsi-root", "gpu blocked 2", "nvme host 1", "storage host 1", "network blocked 2", "usb blocked 1")]
    [InlineData("use-nfs-root", "gpu blocked 2", "nvme host 1", "storage host 1", "network blocked 2", "usb blocked 1")]
    // No card, no keyboard.
    [InlineData("use-headless", "nvme blocked 1", "storage host 1", "network blocked 1", "network host 1", "usb host 1")]
    // The card on VFIO has the framebuffer of the firmware; nothing is connected to the other, and there is no keyboard.
    [InlineData("use-two-gpus", "gpu blocked 1", "gpu host 1", "nvme blocked 1", "storage host 1", "network blocked 1", "network host 1", "usb host 1")]
    // A capture of a machine that runs from memory: a card on vfio-pci by driver_override, disks at a port of their own, behind a switch and
    // with an adapter behind ports without ACS, adapters at a port, behind the switch and behind a conventional bridge, AHCI, USB.
    [InlineData("vm-intel", "gpu reserved 1", "nvme host 3", "storage host 1", "network host 3", "usb host 1")]
    public void Groups_by_state_are_what_a_person_counts(string host, params string[] counted)
    {
        var candidates = (Diagnosis.Assess(Read.Facts(hosts.Files(host))).Groups ?? []).Where(group => group.IsCandidate);
        Assert.Equal(
            counted.Order(StringComparer.Ordinal),
            candidates.GroupBy(group => $"{group.Assignability.Kind} {group.Assignability.State}".ToLowerInvariant(), (name, groups) => $"{name} {groups.Count()}").Order(StringComparer.Ordinal));
    }
}
