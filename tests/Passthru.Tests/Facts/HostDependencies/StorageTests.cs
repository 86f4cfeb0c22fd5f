using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>Stacks of block devices that the fixture hosts do not have.</summary>
public sealed class StorageTests
{
    [Fact]
    public void A_disk_that_two_controllers_lead_to_stands_on_both()
    {
        var lines = Used.Lines((files, host) =>
        {
            const string subsystem = "sys/devices/virtual/nvme-subsystem/nvme-subsys0";
            var first = $"{host.PathOf(UsedHost.Disk)}/nvme/nvme0";
            var second = $"{host.PathOf(UsedHost.SecondGpu)}/nvme/nvme1";
            var unrelated = $"{host.PathOf(UsedHost.Ahci)}/nvme/nvme2";
            files.Nvme(subsystem, "nvme0n1", "259:0", 1);
            files.Tree.Link($"{subsystem}/nvme0", first).Link($"{subsystem}/nvme1", second).Link($"{subsystem}/nvme2", unrelated)
                .Line($"{first}/nvme0c0n1/size", "1").Line($"{second}/nvme0c1n1/size", "1").Line($"{unrelated}/nvme0c2n2/size", "1");
            files.Mount("/", "259:1", "ext4", "/dev/nvme0n1p1");
        });

        Assert.Contains("root_disk: / → nvme0n1p1 → nvme0n1 → nvme0 → 0000:01:00.0", lines);
        Assert.Contains("root_disk: / → nvme0n1p1 → nvme0n1 → nvme1 → 0000:05:00.0", lines);
        Assert.DoesNotContain(lines, line => line.Contains("nvme2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_over_TCP_stands_on_the_adapter_that_its_target_is_reached_by()
    {
        var lines = Used.Lines(UsedNetworks.StorageNetwork, (files, _) =>
        {
            const string controller = "sys/devices/virtual/nvme-fabrics/ctl/nvme0";
            files.Nvme(controller, "nvme0n1", "259:0");
            files.Tree.Line($"{controller}/transport", "tcp").Line($"{controller}/address", "traddr=198.51.100.20,trsvcid=4420,src_addr=198.51.100.7");
            files.Mount("/", "259:0", "ext4", "/dev/nvme0n1");
        });

        Assert.Contains("root_disk: / → nvme0n1 → 198.51.100.20 → eno2 → 0000:03:00.0", lines);
    }

    [Fact]
    public void A_disk_over_Fibre_Channel_stands_on_the_adapter_whose_port_it_goes_through()
    {
        const string controller = "sys/devices/virtual/nvme-fabrics/ctl/nvme0";
        var facts = Used.Facts((files, host) =>
        {
            var port = $"{host.PathOf(UsedHost.SecondXhci)}/host3/fc_host/host3";
            files.Nvme(controller, "nvme0n1", "259:0");
            files.Tree.Line($"{controller}/transport", "fc")
                .Line($"{controller}/address", "traddr=nn-0x20:pn-0x21,host_traddr=nn-0x30:pn-0x31")
                .Line($"{port}/port_name", "0x31").Link("sys/class/fc_host/host3", port);
            files.Mount("/", "259:0", "ext4", "/dev/nvme0n1");
        });

        Assert.Contains($"root_disk: / → nvme0n1 → {UsedHost.SecondXhci}", Used.Lines(facts));
        Assert.True(facts.HostDependencies!.StorageComplete);
    }

    [Fact]
    public void A_disk_over_TCP_from_the_host_itself_stands_on_no_adapter() =>
        Assert.DoesNotContain(
            Used.Lines(UsedNetworks.StorageNetwork, (files, _) =>
            {
                const string controller = "sys/devices/virtual/nvme-fabrics/ctl/nvme0";
                files.Nvme(controller, "nvme0n1", "259:0");
                files.Tree.Line($"{controller}/transport", "tcp").Line($"{controller}/address", "traddr=127.0.0.1,trsvcid=4420");
                files.Mount("/", "0:2", "rootfs", "none").Mount("/data", "259:0", "ext4", "/dev/nvme0n1");
            }),
            line => line.StartsWith("mounted_disk", StringComparison.Ordinal));

    [Fact]
    public void A_cache_is_lived_on_like_the_disk_behind_it()
    {
        var lines = Used.Lines((files, host) =>
        {
            const string set = "sys/fs/bcache/01234567-0123-0123-0123-0123456789ab";
            var cache = $"{UsedDisks.NvmeDisk(files, host)}/nvme0n1p3";
            var (disk, _) = UsedDisks.SataDisks(files, host);
            files.Volume("bcache0", "252:0", null, disk);
            files.Tree.Line($"{cache}/bcache/state", "1").Line($"{disk}/bcache/state", "1")
                .Link($"{set}/cache0", $"{cache}/bcache").Link($"{set}/bdev0", $"{disk}/bcache").Line($"{set}/cache_available_percent", "9");
            files.Mount("/", "252:0", "ext4", "/dev/bcache0");
        });

        Assert.Contains("root_disk: / → bcache0 → sda → 0000:00:17.0", lines);
        Assert.Contains("root_disk: / → bcache0 → nvme0n1p3 → nvme0n1 → 0000:01:00.0", lines);
    }

    [Fact]
    public void A_Btrfs_of_two_disks_stands_on_both()
    {
        var lines = Used.Lines((files, host) =>
        {
            const string devices = "sys/fs/btrfs/01234567-0123-0123-0123-0123456789ab/devices";
            var nvme = UsedDisks.NvmeDisk(files, host);
            var (sata, _) = UsedDisks.SataDisks(files, host);
            files.Tree.Link($"{devices}/nvme0n1p2", $"{nvme}/nvme0n1p2").Link($"{devices}/sda2", $"{sata}/sda2");
            files.Mount("/", "0:30", "btrfs", "/dev/sda2", "rw,subvol=/@").Mount("/home", "0:31", "btrfs", "/dev/sda2", "rw,subvol=/@home");
        });

        Assert.Contains("root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0", lines);
        Assert.Contains("root_disk: / → sda2 → sda → 0000:00:17.0", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("mounted_disk", StringComparison.Ordinal));
    }

    [Fact]
    public void A_loop_device_stands_on_the_disk_its_file_is_on()
    {
        var lines = Used.Lines(UsedDisks.Ext4OnNvme, (files, _) =>
        {
            files.Tree.Line($"{files.Volume("loop0", "7:0")}/loop/backing_file", "/boot/efi/image");
            files.Mount("/mnt/with\\040space", "7:0", "squashfs", "/dev/loop0").Mount("/m", "7:9", "ext4", "/dev/loop9");
        });

        Assert.Contains("mounted_disk: /boot/efi → nvme0n1p1 → nvme0n1 → 0000:01:00.0", lines);
    }

    [Fact]
    public void Swap_in_memory_is_on_no_disk()
    {
        var usage = Used.HostDependencies(UsedNetworks.OneAddress, (files, _) =>
        {
            files.Volume("zram0", "253:0");
            files.Mount("/", "0:2", "rootfs", "none").Swap("/dev/zram0");
        });

        Assert.True(usage.StorageComplete);
        Assert.DoesNotContain(usage.All, use => use.Kind == Passthru.Facts.HostDependencies.Chains.HostDependencyKind.Swap);
    }

    [Theory]
    [InlineData("mapper/luks\\x20swap", "luks swap")]
    [InlineData("disk/by-uuid/4711", "luks swap")]
    [InlineData("dm-5", "luks swap")]
    public void A_node_is_found_under_each_of_its_names(string node, string name)
    {
        var lines = Used.Lines((files, host) =>
        {
            files.Volume("dm-5", "253:5", "luks swap", UsedDisks.NvmeDisk(files, host));
            files.Tree.Link("dev/disk/by-uuid/4711", "dev/dm-5");
            files.Mount("/", "0:2", "rootfs", "none").Swap($"/dev/{node}");
        });

        Assert.Contains($"swap: swap → {name} → nvme0n1 → 0000:01:00.0", lines);
    }

    [Fact]
    public void Volumes_that_contain_each_other_end()
    {
        var usage = Used.HostDependencies((files, _) =>
        {
            var (a, b) = ("sys/devices/virtual/block/dm-0", "sys/devices/virtual/block/dm-1");
            files.Volume("dm-0", "253:0", "a", b);
            files.Volume("dm-1", "253:1", "b", a, b);
            files.Tree.Line($"{files.Volume("loop0", "7:0")}/loop/backing_file", "/loop/file");
            files.Mount("/", "253:0", "ext4", "/dev/mapper/a").Mount("/loop", "7:0", "ext4", "/dev/loop0");
        });

        Assert.DoesNotContain(usage.All, use => use.Kind is Passthru.Facts.HostDependencies.Chains.HostDependencyKind.RootFileSystem);
        Assert.All(usage.Unresolved, use => Assert.Equal("its chain ends in itself", use.Why));
        Assert.Equal(["/", "/loop", "active volume"], usage.Unresolved.Select(use => use.Chain[0]));
    }

    [Fact]
    public void Mounts_of_this_process_stand_in_where_the_first_one_is_hidden()
    {
        var tree = UsedHosts.Build("use-ext4-nvme");
        tree.Text("proc/self/mountinfo", "30 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n").Remove("proc/1/mountinfo");

        Assert.Contains("root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0", Used.Lines(Read.Facts(TreeFiles.Of(tree))));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("pid:[4026531836]", true)]
    [InlineData("pid:[4026532196]", false)]
    public void What_a_container_has_mounted_is_used_and_not_all_that_is(string? processes, bool told)
    {
        var tree = UsedHosts.Build("use-headless").Remove("proc/2");
        if (processes is not null)
        {
            tree.Link("proc/self/ns/pid", $"proc/self/ns/{processes}");
        }

        var facts = Read.Facts(TreeFiles.Of(tree));

        Assert.Equal(told, facts.HostDependencies!.StorageComplete && facts.HostDependencies.NetworkComplete);
        Assert.Equal(told, !Used.Issues(facts).Any());
        Assert.Contains("root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0", Used.Lines(facts));
    }

    [Fact]
    public void Without_a_table_of_mounts_storage_is_not_told_and_nothing_is_wrong()
    {
        var facts = Read.Facts(TreeFiles.Of(UsedHosts.Build("use-headless").Remove("proc/1/mountinfo")));

        Assert.False(facts.HostDependencies!.StorageComplete);
        Assert.Empty(Used.Issues(facts));
    }

    [Fact]
    public void Two_hundred_disks_and_two_thousand_mounts_cost_a_linear_pass()
    {
        var (small, large) = (Questions(disks: 20, mounts: 200), Questions(disks: 200, mounts: 2000));

        Assert.True(large < 11 * small, $"{small} questions for a tenth, {large} for the whole");
    }

    /// <summary>Volumes that are spread over all disks, mounted.</summary>
    private static long Questions(int disks, int mounts)
    {
        var host = UsedHost.Host();
        var counted = new CountingFiles(TreeFiles.Of(UsedHost.Build(host, (files, _) =>
        {
            var all = Enumerable.Range(0, disks)
                .Select(i => files.Disk($"{host.PathOf(UsedHost.Ahci)}/ata1/host0/target0:0:{i}/0:0:{i}:0", $"sd{i}x", $"8:{16 * i}"))
                .ToList();
            for (var i = 0; i < mounts; i++)
            {
                files.Volume($"dm-{i}", $"253:{i}", $"vg-{i}", all[i % disks], all[(i + 1) % disks]);
                files.Mount(i == 0 ? "/" : $"/mnt/{i}", $"253:{i}", "ext4", $"/dev/mapper/vg-{i}");
            }
        })));
        var facts = Read.Facts(counted);

        Assert.True(facts.HostDependencies!.StorageComplete);
        return counted.Questions;
    }

    private sealed class CountingFiles(IFileTree files) : IFileTree
    {
        public long Questions { get; private set; }

        public int Read(string path, Span<byte> buffer) => Counted().Read(path, buffer);

        public Errno List(string path, List<string> names) => Counted().List(path, names);

        public Errno Link(string path, out string target) => Counted().Link(path, out target);

        public Errno StatIdentity(string path, out FileIdentity identity) => Counted().StatIdentity(path, out identity);

        public Errno StatNode(string path, out FileNode node) => Counted().StatNode(path, out node);

        public Errno StatVersion(string path, out FileVersion version) => Counted().StatVersion(path, out version);

        public Errno Extract(string path, StreamExtract digest) => Counted().Extract(path, digest);

        public Errno Scan(string path, LineFilter filter) => Counted().Scan(path, filter);

        private IFileTree Counted()
        {
            Questions++;
            return files;
        }
    }
}
