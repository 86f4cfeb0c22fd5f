using Passthru.Facts.HostDependencies.Network;
using Passthru.Facts.HostDependencies.Programs;
using Passthru.Findings;
using Passthru.Findings.HostCritical;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>Disks and graphics cards that processes and containers use.</summary>
public sealed class ProgramTests
{
    private const string Nvme = "nvme0n1 → 0000:01:00.0";

    [Theory]
    [InlineData("/dev/nvme0n1")]
    [InlineData("/host/dev/nvme0n1")]
    [InlineData("/dev/dm-3")]
    public void A_disk_that_a_VM_has_open_is_its_disk(string node)
    {
        var lines = OnIdle((files, disk) =>
        {
            files.Volume("dm-3", "253:3", "vg-data", disk);
            new ProcessFiles(files.Tree).Process(4711, "/qemu.slice/101.scope", "/usr/bin/kvm", "-id", "101").Open(4711, 10, "anon_inode:kvm-vm").Open(4711, 20, node);
        });

        Assert.Contains(lines, line => line.StartsWith("vm_disk: kvm (4711) → ", StringComparison.Ordinal) && line.EndsWith(Nvme, StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_that_a_daemon_has_open_is_a_service() =>
        Assert.Contains($"storage_service: ceph-osd (900) → {Nvme}", OnIdle((files, _) =>
            new ProcessFiles(files.Tree).Process(900, "/system.slice/ceph-osd@0.service", "/usr/bin/ceph-osd").Open(900, 21, "/dev/nvme0n1")));

    [Fact]
    public void What_an_ordinary_user_has_open_by_that_path_is_known_for_no_disk()
    {
        var facts = Used.Facts(UsedDisks.Ext4OnNvme, (files, host) =>
        {
            UsedDisks.SataDisks(files, host);
            new ProcessFiles(files.Tree).Process(900, "/user.slice/user-1000.slice/session-1.scope", "/usr/bin/x").Open(900, 21, "/dev/sda");
            files.Tree.Text("proc/900/status", "Name:\tx\nUid:\t1000\t1000\t1000\t1000\n");
        });

        Assert.Equal([UsedHost.Ahci], Assert.Single(facts.HostDependencies!.Unresolved).Functions!.Value.Select(function => function.ToString()));
        Assert.DoesNotContain(Used.Lines(facts), line => line.Contains("sda", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_with_the_label_of_an_OSD_is_used_while_a_daemon_runs_that_has_nodes_of_its_own() =>
        Assert.Contains($"storage_service: Ceph OSD → {Nvme}", OnIdle((files, _) =>
        {
            new ProcessFiles(files.Tree).Process(900, "/kubepods.slice/x", "/usr/bin/ceph-osd").Open(900, 21, "/var/lib/ceph/osd/ceph-0/block");
            files.Tree.Text("run/udev/data/b259:0", "E:ID_FS_TYPE=ceph_bluestore\n");
        }));

    [Theory]
    [InlineData("multipathd")]
    [InlineData("smartd")]
    public void Who_watches_disks_can_do_without(string program) =>
        Assert.DoesNotContain(
            OnIdle((files, _) => new ProcessFiles(files.Tree).Process(900, "/system.slice/x.service", $"/usr/sbin/{program}").Open(900, 21, "/dev/nvme0n1")),
            line => line.Contains("nvme0n1", StringComparison.Ordinal));

    [Fact]
    public void What_a_container_has_mounted_is_its_disk()
    {
        var lines = OnIdle((files, _) =>
        {
            new ProcessFiles(files.Tree).Process(5000, "/lxc/200/ns/init.scope", "/sbin/init");
            files.Tree.Text("proc/5000/mountinfo", "900 800 259:1 / / rw - ext4 /dev/nvme0n1p1 rw\n");
        });

        Assert.Contains($"vm_disk: / in container 200 → nvme0n1p1 → {Nvme}", lines);
    }

    [Fact]
    public void A_namespace_is_looked_at_once_and_the_host_s_own_not_at_all()
    {
        var lines = OnIdle((files, _) =>
        {
            var processes = new ProcessFiles(files.Tree).Process(1, "/init.scope", "/sbin/init").Process(700, "/system.slice/a.service", "/usr/bin/a").Process(701, "/system.slice/b.service", "/usr/bin/b");
            foreach (var (pid, space) in new[] { (1, 1), (700, 1), (701, 2) })
            {
                files.Tree.LinkText($"proc/{pid}/ns/mnt", $"mnt:[{space}]");
            }

            files.Tree.Text("proc/700/mountinfo", "1 1 8:17 / /wrong rw - ext4 /dev/sdb1 rw\n").Text("proc/701/mountinfo", "1 1 259:1 / /private rw - ext4 /dev/nvme0n1p1 rw\n");
        });

        Assert.Contains($"mounted_disk: /private in the namespace of b → nvme0n1p1 → {Nvme}", lines);
        Assert.DoesNotContain(lines, line => line.Contains("/wrong", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/dev/dri/renderD128", "container 103")]
    [InlineData("/dev/dri/card0", "container 103")]
    public void A_card_that_a_container_uses_is_told_with_its_name(string node, string whose)
    {
        var facts = Used.Facts((files, host) =>
        {
            Card(files, host);
            new ProcessFiles(files.Tree).Process(7001, "/lxc/103/ns/system.slice/jellyfin.service", "/usr/bin/jellyfin").Open(7001, 9, node);
        });

        Assert.Contains($"container_device: container 103 → {node} → {UsedHost.SecondGpu}", Used.Lines(facts));
        Assert.Contains(whose, UsedParts.Describe(Diagnosis.Assess(facts).Devices!.Value.SelectMany(device => device.Users)));
    }

    [Theory]
    [InlineData("dev0: /dev/dri/renderD128,gid=104,mode=0660", true)]
    [InlineData("lxc.mount.entry: /dev/dri/renderD128 dev/dri/renderD128 none bind,optional,create=file", true)]
    [InlineData("lxc.cgroup2.devices.allow: c 226:128 rwm", true)]
    [InlineData("lxc.cgroup2.devices.allow: c 226:* rwm", false)]
    public void What_a_running_container_is_configured_with_is_its_device(string line, bool isUsed)
    {
        var lines = Used.Lines((files, host) =>
        {
            Card(files, host);
            new ProcessFiles(files.Tree).Process(7001, "/lxc/103/ns/init.scope", "/sbin/init");
            files.Tree.Text("proc/7001/mountinfo", "").Text("etc/pve/lxc/103.conf", $"{line}\n").Text("etc/pve/lxc/105.conf", "dev0: /dev/dri/card0\n");
        });

        Assert.Equal(isUsed, lines.Any(line => line.StartsWith("container_device: container 103", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("container 105", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("local-lvm:vm-101-disk-0", "dm-3", "pve-vm--101--disk--0")]
    [InlineData("fast:vm-101-disk-0", "dm-3", "fast--vg-vm--101--disk--0")]
    [InlineData("/dev/mapper/some-thing", "dm-3", "some-thing")]
    public void A_running_VM_s_disk_is_found_by_its_configuration(string volume, string name, string mapped)
    {
        var lines = OnIdle((files, disk) =>
        {
            files.Volume(name, "253:3", mapped, disk);
            new ProcessFiles(files.Tree).Process(4711, "/qemu.slice/101.scope", "/usr/bin/kvm", "-id", "101");
            files.Tree.Text("etc/pve/storage.cfg", "lvmthin: fast\n\tvgname fast-vg\n\tthinpool data\n")
                .Text("etc/pve/qemu-server/101.conf", $"scsi0: {volume},size=32G\nide2: local:iso/x.iso,media=cdrom\n").LinkText("etc/pve/local", "nodes/pve")
                .Line("run/qemu-server/101.pid", "4711");
        });

        Assert.Contains($"vm_disk: VM 101 → {mapped} → {Nvme}", lines);
    }

    [Theory]
    [InlineData("0::/lxc/103/ns/init.scope", "103")]
    [InlineData("0::/lxc.payload.web/init.scope", "web")]
    [InlineData("12:cpu:/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "docker 0123456789ab")]
    [InlineData("0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope", "docker 0123456789ab")]
    [InlineData("0::/kubepods.slice/pod1.slice/cri-containerd-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope", "containerd 0123456789ab")]
    [InlineData("0::/machine.slice/libpod-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope/container", "podman 0123456789ab")]
    [InlineData("0::/machine.slice/systemd-nspawn@lab.service/payload", "nspawn lab")]
    [InlineData("0::/system.slice/sshd.service", null)]
    public void A_container_is_named_by_its_control_group(string group, string? name) => Assert.Equal(name, ContainerName.Parse(group));

    [Fact]
    public void Ports_of_Open_vSwitch_are_told_by_its_database()
    {
        const string log = """
            OVSDB JSON 200 aaaa
            {"Bridge":{"b1":{"name":"vmbr0","ports":["set",[["uuid","p1"],["uuid","p2"]]]},"b2":{"name":"vmbr1","ports":["uuid","p3"]}},"Port":{"p1":{"name":"bond0","interfaces":["set",[["uuid","i1"],["uuid","i2"]]]},"p2":{"name":"vlan50","interfaces":["uuid","i3"]},"p3":{"name":"eno3","interfaces":["uuid","i4"]}},"Interface":{"i1":{"name":"eno1"},"i2":{"name":"eno2"},"i3":{"name":"vlan50"},"i4":{"name":"eno3"}}}
            OVSDB JSON 20 bbbb
            {"Port":{"p3":null},"Bridge":{"b2":{"ports":["set",[]]}}}
            """;
        foreach (var text in new[] { log, OvsBridges.Reduced(log) })
        {
            var bridges = OvsBridges.Read(Door(("etc/openvswitch/conf.db", text)));

            Assert.Equal(["eno1", "eno2", "vlan50", "vmbr0"], bridges.PortsWith("vlan50")!.Order(StringComparer.Ordinal));
            Assert.Null(bridges.PortsWith("eno3"));
        }
    }

    [Fact]
    public void Ports_of_Open_vSwitch_are_told_by_the_interfaces_of_Debian()
    {
        const string text = "iface bond0 inet manual\n\tovs_bonds eno1 eno2\n\tovs_type OVSBond\n\tovs_bridge vmbr0\niface vmbr0 inet manual\n\tovs_ports bond0 vlan50\n";

        Assert.Equal(["bond0", "eno1", "eno2", "vlan50", "vmbr0"], OvsBridges.Read(Door(("etc/network/interfaces", text))).PortsWith("vlan50")!.Order(StringComparer.Ordinal));
    }

    private static Passthru.Facts.Reading.HostReader Door(params (string Path, string Text)[] all)
    {
        var files = new FakeTree();
        foreach (var (path, text) in all)
        {
            files.With(path, System.Text.Encoding.UTF8.GetBytes(text));
        }

        return new(files, Passthru.Facts.Reading.Supervision.ReadAttempt.Unlimited);
    }

    private static void Card(UseFiles files, FakeHost host)
    {
        foreach (var (name, number) in new[] { ("card0", "226:0"), ("renderD128", "226:128") })
        {
            var directory = $"{host.PathOf(UsedHost.SecondGpu)}/drm/{name}";
            files.Tree.Line($"{directory}/dev", number).Link($"sys/class/drm/{name}", directory).Link($"sys/dev/char/{number}", directory);
        }
    }

    /// <summary>A host whose root is on SATA, with an NVMe disk that nothing is known of.</summary>
    private static IReadOnlyList<string> OnIdle(Action<UseFiles, string> use) => Used.Lines((files, host) =>
    {
        UsedDisks.SataDisks(files, host);
        UsedDisks.Memory(files).Mount("/", "8:2", "ext4", "/dev/sda2");
        use(files, UsedDisks.NvmeDisk(files, host));
    });
}
