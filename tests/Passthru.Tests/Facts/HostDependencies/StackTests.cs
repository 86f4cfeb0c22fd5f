using Passthru.Tests.Hosts;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>Disks that are in use without a mount, and one name that stands for several disks.</summary>
public sealed class StackTests
{
    private const string Nvme = "nvme0n1 → 0000:01:00.0";

    [Fact]
    public void A_running_volume_has_its_disk_open() =>
        Assert.Contains($"storage_service: active volume → vg-data → {Nvme}", OnIdle((files, disk) => files.Volume("dm-3", "253:3", "vg-data", disk)));

    [Theory]
    [InlineData("clean", true)]
    [InlineData("inactive", false)]
    public void An_array_that_runs_has_its_disks_open(string state, bool isUsed) =>
        Assert.Equal(isUsed, OnIdle((files, disk) => files.Tree.Line($"{files.Volume("md5", "9:5", null, disk)}/md/array_state", state))
            .Contains($"storage_service: running array → md5 → {Nvme}"));

    [Fact]
    public void Multipath_alone_is_no_use_of_a_disk() =>
        Assert.DoesNotContain(
            OnIdle((files, disk) => files.Tree.Line($"{files.Volume("dm-3", "253:3", "mpatha", disk)}/dm/uuid", "mpath-360000")),
            line => line.Contains("nvme0n1", StringComparison.Ordinal));

    [Fact]
    public void Of_what_is_mounted_the_stack_says_nothing_more() =>
        Assert.DoesNotContain(Used.Lines(UsedDisks.LvmOnRaid1), line => line.StartsWith("storage_service", StringComparison.Ordinal));

    [Theory]
    [InlineData("iblock_0/d1", "1", true)]
    [InlineData("fileio_0/d1", "1", true)]
    [InlineData("iblock_0/d1", "0", false)]
    public void A_disk_that_LIO_exports_is_used(string store, string enabled, bool isUsed) =>
        Assert.Equal(isUsed, OnIdle((files, _) => files.Tree
            .Line($"sys/kernel/config/target/core/{store}/enable", enabled).Line($"sys/kernel/config/target/core/{store}/udev_path", "/dev/nvme0n1"))
            .Contains($"storage_service: exported by LIO → {Nvme}"));

    [Fact]
    public void A_disk_that_nvmet_exports_is_used()
    {
        const string space = "sys/kernel/config/nvmet/subsystems/nqn.2026-01.example:a/namespaces/1";
        var lines = OnIdle((files, _) => files.Tree.Line($"{space}/enable", "1").Line($"{space}/device_path", "/dev/nvme0n1"));

        Assert.Contains($"storage_service: exported by nvmet → {Nvme}", lines);
    }

    [Fact]
    public void A_disk_of_an_OSD_is_used() =>
        Assert.Contains($"storage_service: Ceph OSD 3 → {Nvme}", OnIdle((files, _) => files.Tree.LinkText("var/lib/ceph/osd/ceph-3/block", "/dev/nvme0n1")));

    [Fact]
    public void A_label_alone_is_no_use() =>
        Assert.DoesNotContain(
            OnIdle((files, _) => files.Tree.Text("run/udev/data/b259:0", "E:ID_FS_TYPE=ceph_bluestore\n")),
            line => line.Contains("nvme0n1", StringComparison.Ordinal));

    [Theory]
    [InlineData("diskName.1=md1p1\nrdevName.1=nvme0n1", "mounted_disk: /mnt/disk1 → md1p1")]
    [InlineData("diskName.0=\nrdevName.0=nvme0n1\ndiskName.1=md1p1\nrdevName.1=sdb", "storage_service: array")]
    public void Unraid_has_its_disks_and_those_of_parity_in_the_table_of_its_own_driver(string table, string use) =>
        Assert.Contains($"{use} → {Nvme}", OnIdle((files, _) =>
        {
            files.Volume("md1p1", "9:1");
            files.Tree.Text("proc/mdstat", $"mdState=STARTED\n{table}\n");
            files.Mount("/mnt/disk1", "9:1", "xfs", "/dev/md1p1");
        }));

    [Fact]
    public void An_array_without_members_is_not_told_and_stands_on_no_nothing()
    {
        var usage = Used.HostDependencies((files, host) =>
        {
            UsedDisks.NvmeDisk(files, host);
            files.Volume("md1", "9:1");
            files.Mount("/", "0:2", "rootfs", "none").Mount("/mnt/disk1", "9:1", "xfs", "/dev/md1");
        });

        Assert.Equal([UsedHost.Disk], Assert.Single(usage.Unresolved).Functions!.Value.Select(function => function.ToString()));
    }

    [Theory]
    [InlineData("/dev/sda1:/dev/nvme0n1p1")]
    [InlineData("/dev/disk/by-uuid/01234567-0123-0123-0123-0123456789ab")]
    [InlineData("UUID=01234567-0123-0123-0123-0123456789ab")]
    public void Bcachefs_stands_on_all_its_members(string source)
    {
        const string volume = "sys/fs/bcachefs/01234567-0123-0123-0123-0123456789ab";
        var lines = Used.Lines((files, host) =>
        {
            var (sata, _) = UsedDisks.SataDisks(files, host);
            files.Tree.Link($"{volume}/dev-0/block", $"{sata}/sda1").Link($"{volume}/dev-1/block", $"{UsedDisks.NvmeDisk(files, host)}/nvme0n1p1");
            files.Mount("/", "0:2", "rootfs", "none").Mount("/data", "8:1", "bcachefs", source);
        });

        Assert.Contains("mounted_disk: /data → sda1 → sda → 0000:00:17.0", lines);
        Assert.Contains($"mounted_disk: /data → nvme0n1p1 → {Nvme}", lines);
    }

    [Theory]
    [InlineData("logdev")]
    [InlineData("rtdev")]
    public void XFS_stands_on_its_other_disks(string option) =>
        Assert.Contains($"mounted_disk: /data → nvme0n1p1 → {Nvme}", OnIdle((files, _) =>
            files.Mount("/data", "8:17", "xfs", "/dev/sdb1", $"rw,{option}=/dev/nvme0n1p1")));

    [Fact]
    public void A_journal_on_a_disk_of_its_own_is_used() =>
        Assert.Contains($"mounted_disk: journal of ext4 → nvme0n1p1 → {Nvme}", OnIdle((files, _) =>
            files.Tree.Line("proc/fs/jbd2/sda1-8/info", "1").Line("proc/fs/jbd2/nvme0n1p1/info", "1")));

    [Fact]
    public void A_mount_below_another_one_is_mounted_all_the_same() =>
        Assert.Contains($"mounted_disk: /data → nvme0n1p1 → {Nvme}", OnIdle((files, _) =>
            files.Mount("/data", "259:1", "xfs", "/dev/nvme0n1p1").Mount("/data", "0:99", "tmpfs", "tmpfs")));

    [Theory]
    [InlineData("/dev/nvme0n1")]
    [InlineData("/var/lib/kubelet/plugins/volumeDevices/pvc-1/dev/pod")]
    public void A_loop_device_over_a_node_stands_on_its_disk(string file) =>
        Assert.Contains($"mounted_disk: /srv → loop3 → {file} → {Nvme}", OnIdle((files, _) =>
        {
            files.Tree.Line($"{files.Volume("loop3", "7:3")}/loop/backing_file", file);
            files.Mount("/dev", "0:6", "devtmpfs", "udev")
                .MountPart("/nvme0n1", "/var/lib/kubelet/plugins/volumeDevices/pvc-1/dev/pod", "0:6", "devtmpfs", "udev")
                .Mount("/srv", "7:3", "ext4", "/dev/loop3");
        }));

    [Fact]
    public void A_composed_root_stands_on_what_its_directories_lie_on() =>
        Assert.Contains($"root_disk: / → /sysroot/ostree/repo/objects → nvme0n1p1 → {Nvme}", Used.Lines((files, host) =>
        {
            UsedDisks.NvmeDisk(files, host);
            UsedDisks.Memory(files)
                .Mount("/", "0:35", "overlay", "composefs", "ro,lowerdir+=/run/ostree/.private/cfsroot-lower,datadir+=/sysroot/ostree/repo/objects,metacopy=on")
                .Mount("/sysroot", "259:1", "ext4", "/dev/nvme0n1p1");
        }));

    [Theory]
    [InlineData("etc/kernel/proxmox-boot-uuids", "# kept\n4A5C-1234\n", "boot partition")]
    [InlineData("etc/fstab", "UUID=4A5C-1234 /boot/efi vfat noauto,umask=0077 0 1\n", "/boot/efi")]
    public void What_the_host_starts_from_is_used_mounted_or_not(string file, string text, string what) =>
        Assert.Contains($"boot_disk: {what} → nvme0n1p1 → {Nvme}", OnIdle((files, _) =>
            files.Tree.Text(file, text).Text("run/udev/data/b259:1", "E:ID_FS_UUID=4A5C-1234\nE:ID_FS_TYPE=vfat\n")));

    [Fact]
    public void A_volume_of_a_pool_stands_on_the_pool_that_udev_names()
    {
        var lines = Used.Lines(UsedDisks.ZfsMirror, (files, _) =>
        {
            files.Volume("zd0", "230:0");
            files.Tree.Line("proc/spl/kstat/zfs/other/state", "ONLINE").Text("run/udev/data/b230:0", "S:zvol/rpool/swap\n");
            files.Swap("/dev/zd0");
        });

        Assert.Contains($"swap: swap → zd0 → rpool → nvme0n1p3 → {Nvme}", lines);
    }

    [Fact]
    public void A_nameless_member_beside_a_pool_may_be_a_part_of_it()
    {
        var usage = Used.HostDependencies(UsedDisks.ZfsMirror, (files, _) => files.Tree.Text("run/udev/data/b8:17", "E:ID_FS_TYPE=zfs_member\nE:ID_FS_UUID_SUB=9\n"));

        Assert.Equal("sdb1", Assert.Single(Assert.Single(usage.Unresolved).Chain));
    }

    /// <summary>A host whose root is on SATA, with an NVMe disk that nothing is known of.</summary>
    private static IReadOnlyList<string> OnIdle(Action<UseFiles, string> use) => Used.Lines((files, host) =>
    {
        UsedDisks.SataDisks(files, host);
        UsedDisks.Memory(files).Mount("/", "8:2", "ext4", "/dev/sda2");
        use(files, UsedDisks.NvmeDisk(files, host));
    });
}
