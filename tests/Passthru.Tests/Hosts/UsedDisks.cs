namespace Passthru.Tests.Hosts;

/// <summary>What a host keeps its files on.</summary>
internal static class UsedDisks
{
    public static void Ext4OnNvme(UseFiles files, FakeHost host)
    {
        NvmeDisk(files, host);
        Memory(files).Mount("/", "259:2", "ext4", "/dev/nvme0n1p2").Mount("/boot/efi", "259:1", "vfat", "/dev/nvme0n1p1").Swap("/dev/nvme0n1p3");
    }

    public static void LvmOnRaid1(UseFiles files, FakeHost host)
    {
        var (first, second) = SataDisks(files, host);
        var array = files.Volume("md0", "9:0", null, $"{first}/sda2", $"{second}/sdb2");
        files.Volume("dm-0", "253:0", "vg0-root", array);
        files.Volume("dm-1", "253:1", "vg0-swap", array);
        Memory(files).Mount("/", "253:0", "ext4", "/dev/mapper/vg0-root").Mount("/boot", "8:1", "ext4", "/dev/sda1").Swap("/dev/dm-1");
    }

    public static void Luks(UseFiles files, FakeHost host)
    {
        var disk = NvmeDisk(files, host);
        var crypt = files.Volume("dm-0", "253:0", "luks-0a1b", $"{disk}/nvme0n1p3");
        files.Volume("dm-1", "253:1", "vg-root", crypt);
        files.Volume("dm-2", "253:2", "vg-home", crypt);
        Memory(files)
            .Mount("/", "253:1", "xfs", "/dev/mapper/vg-root")
            .Mount("/home", "253:2", "xfs", "/dev/mapper/vg-home")
            .Mount("/boot", "259:2", "ext4", "/dev/nvme0n1p2")
            .Swap("/swapfile", "file");
    }

    public static void ZfsMirror(UseFiles files, FakeHost host)
    {
        ZfsUnresolved(files, host);
        Label(files, "259:3", "rpool", "4711");
        Label(files, "8:3", "rpool", "4711");
        Label(files, "8:19", "rpool", "815");
        files.Tree.Line("proc/spl/kstat/zfs/rpool/guid", "4711");
    }

    /// <summary>Nobody has written down what is on the partitions.</summary>
    public static void ZfsUnresolved(UseFiles files, FakeHost host)
    {
        NvmeDisk(files, host);
        SataDisks(files, host);
        files.Tree.Line("proc/spl/kstat/zfs/rpool/state", "ONLINE").Text("proc/spl/kstat/zfs/arcstats", "9 1 0x01\n");
        Memory(files)
            .Mount("/", "0:27", "zfs", "rpool/ROOT/pve-1", "rw,xattr,noacl")
            .Mount("/rpool/data", "0:45", "zfs", "rpool/data")
            .Mount("/etc/pve", "0:50", "fuse", "/dev/fuse", "rw,user_id=0");
    }

    public static void IscsiRoot(UseFiles files, FakeHost host)
    {
        const string session = "sys/devices/platform/host3/session1";
        const string connection = $"{session}/connection1:0/iscsi_connection/connection1:0";
        files.Disk($"{session}/target3:0:0/3:0:0:1", "sda", "8:0", 2);
        files.Tree.Line($"{connection}/address", "198.51.100.20").Link("sys/class/iscsi_connection/connection1:0", connection);
        Memory(files).Mount("/", "8:2", "ext4", "/dev/sda2");
    }

    public static void NfsRoot(UseFiles files, FakeHost host) =>
        Memory(files).Mount("/", "0:22", "nfs4", "storage:/srv/pve1", "rw,vers=4.2,clientaddr=198.51.100.7,local_lock=none,addr=198.51.100.20");

    public static void UsbStick(UseFiles files, FakeHost host)
    {
        files.Disk($"{host.PathOf(UsedHost.Xhci)}/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0", "sdc", "8:32", 2);
        NvmeDisk(files, host);
        Memory(files).Mount("/", "8:34", "ext4", "/dev/sdc2").Mount("/var", "259:2", "ext4", "/dev/nvme0n1p2");
    }

    /// <summary>A container sees its own mounts: an overlay, and files of the host that were put into it.</summary>
    public static void Container(UseFiles files, FakeHost host)
    {
        NvmeDisk(files, host);
        files.Mount("/", "0:61", "overlay", "overlay", "rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/var/lib/docker/overlay2/b/diff")
            .Mount("/etc/hosts", "259:2", "ext4", "/dev/nvme0n1p2");
    }

    public static string NvmeDisk(UseFiles files, FakeHost host) =>
        files.Nvme($"{host.PathOf(UsedHost.Disk)}/nvme/nvme0", "nvme0n1", "259:0", 3);

    public static (string First, string Second) SataDisks(UseFiles files, FakeHost host)
    {
        var controller = host.PathOf(UsedHost.Ahci);
        return (
            files.Disk($"{controller}/ata1/host0/target0:0:0/0:0:0:0", "sda", "8:0", 3),
            files.Disk($"{controller}/ata2/host1/target1:0:0/1:0:0:0", "sdb", "8:16", 3));
    }

    /// <summary>What every host has mounted, and no disk carries.</summary>
    public static UseFiles Memory(UseFiles files) => files
        .Mount("/proc", "0:21", "proc", "proc")
        .Mount("/sys", "0:22", "sysfs", "sysfs")
        .Mount("/run", "0:24", "tmpfs", "tmpfs", "rw,size=1%");

    private static void Label(UseFiles files, string number, string pool, string guid)
    {
        files.Tree.Text(
            $"run/udev/data/b{number}",
            $"S:disk/by-id/ata-SERIAL-part3\nE:ID_SERIAL=SERIAL\nE:ID_FS_LABEL={pool}\nE:ID_FS_LABEL_ENC={pool}\nE:ID_FS_UUID={guid}\nE:ID_FS_TYPE=zfs_member\n");
    }
}
