using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

public sealed class LibvirtReaderTests
{
    private const string Hostdev = "<hostdev type='pci' managed='yes'><source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source></hostdev>";
    private const string Other = "<hostdev type='pci' managed='yes'><source><address domain='0x0000' bus='0x02' slot='0x00' function='0x0'/></source></hostdev>";

    [Fact]
    public void A_host_without_libvirt_has_none_and_no_issue()
    {
        Assert.Null(Libvirt.Read(new FakeTree().WithDirectory("run").WithDirectory("etc"), out var issues));
        Assert.Empty(issues);
    }

    [Theory]
    [InlineData("etc/libvirt/qemu/autostart/a.xml", true, false)]
    [InlineData("etc/libvirt/qemu/autostart/b.xml", false, false)]
    [InlineData("etc/libvirt/hooks/qemu", false, true)]
    [InlineData("etc/libvirt/hooks/qemu.d/10-gpu", false, true)]
    [InlineData("etc/libvirt/hooks/network", false, false)]
    public void What_the_operator_set_beside_the_definition_is_read(string file, bool starts, bool hook)
    {
        var vm = Libvirt.One(Libvirt.With("a", Libvirt.Domain("a", Hostdev)).With(file, ""));
        Assert.Equal((starts, hook), (vm.StartsWithHost, vm.HasHook));
    }

    [Theory]
    [InlineData("<pool type='dir'><name>p</name><target><path>/srv/images</path></target></pool>", "/srv/images")]
    [InlineData("<pool type='fs'><name>p</name><source><device path='/dev/sdb1'/></source><target><path>/srv/images</path></target></pool>", "/srv/images")]
    [InlineData("<pool type='logical'><name>p</name><source><device path='/dev/sdb'/><name>vg1</name></source><target><path>/dev/vg1</path></target></pool>", "/dev/vg1/root")]
    [InlineData("<pool type='logical'><name>p</name></pool>", "/dev/p/root")]
    [InlineData("<pool type='zfs'><name>p</name><source><name>tank/vms</name></source></pool>", "/dev/zvol/tank/vms/root")]
    [InlineData("<pool type='disk'><name>p</name><source><device path='/dev/sdb'/></source><target><path>/dev</path></target></pool>", "/dev/root")]
    [InlineData("<pool type='rbd'><name>p</name></pool>", null)]
    [InlineData("junk", null)]
    public void A_volume_of_a_pool_lies_where_the_pool_s_definition_says(string pool, string? volume)
    {
        const string disk = "<disk type='volume' device='disk'><source pool='p' volume='root'/><target dev='vda'/></disk>";
        var vm = Libvirt.One(Libvirt.With("a", Libvirt.Domain("a", disk)).With("etc/libvirt/storage/p.xml", pool));
        Assert.Equal(volume is null ? [] : [volume], vm.Volumes);
    }

    [Fact]
    public void A_libvirt_without_domains_has_no_guests()
    {
        var files = new FakeTree().With($"{Libvirt.Defined}/networks/default.xml", "<network/>").With($"{Libvirt.Running}/driver.pid", "901\n");
        Assert.Empty(Libvirt.Read(files)!.Value);
    }

    [Fact]
    public void What_is_kept_from_everybody_is_null_and_an_issue()
    {
        Assert.Null(Libvirt.Read(new FakeTree().Refusing(Libvirt.Defined, Errno.AccessDenied), out var issues));
        Assert.Equal(new ReadIssue(Libvirt.Defined, ReadIssueKind.Unreadable, "permission denied"), Assert.Single(issues));
    }

    [Fact]
    public void Files_that_are_all_refused_are_null_too()
    {
        var files = new FakeTree().Refusing($"{Libvirt.Defined}/a.xml", Errno.AccessDenied).Refusing($"{Libvirt.Running}/a.xml", Errno.AccessDenied);
        Assert.Null(Libvirt.Read(files, out var issues));
        Assert.Equal(2, issues.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("junk")]
    [InlineData("<domain><name>b</name>")]
    [InlineData("<domain><title>b</title></domain>")]
    [InlineData("<domain><name></name></domain>")]
    [InlineData("<domain><name>../b</name></domain>")]
    [InlineData("<domstatus state='running'/>")]
    [InlineData("<network><name>b</name></network>")]
    [InlineData("<domainsnapshot><name>b</name><domain><name>b</name></domain></domainsnapshot>")]
    public void A_file_that_makes_no_sense_is_one_issue_and_hides_no_other(string text)
    {
        var files = Libvirt.With("a", Libvirt.Domain("a", Hostdev)).With($"{Libvirt.Defined}/b.xml", text);
        Assert.Equal("a", Assert.Single(Libvirt.Read(files, out var issues)!.Value).Id);
        Assert.Equal(($"{Libvirt.Defined}/b.xml", ReadIssueKind.Malformed), (Assert.Single(issues).Path, issues[0].Kind));
    }

    [Fact]
    public void An_issue_tells_the_place_and_not_the_text()
    {
        Libvirt.Read(Libvirt.With("a", "<domain>\n<graphics passwd='secret'<"), out var issues);
        Assert.Equal("not understood: \"XML at line 2\"", Assert.Single(issues).Detail);
    }

    [Fact]
    public void A_file_that_is_too_long_is_an_issue()
    {
        Assert.Null(Libvirt.Read(Libvirt.With("a", Libvirt.Domain("a") + new string(' ', 2 << 20)), out var issues));
        Assert.Equal("larger than expected", Assert.Single(issues).Detail);
    }

    [Fact]
    public void Only_xml_right_in_the_directory_is_a_domain()
    {
        var files = Libvirt.With("a", Libvirt.Domain("a"))
            .With($"{Libvirt.Defined}/a.xml~", Libvirt.Domain("backup"))
            .With($"{Libvirt.Defined}/autostart/b.xml", Libvirt.Domain("b"))
            .With($"{Libvirt.Defined}/networks/c.xml", Libvirt.Domain("c"))
            .With($"{Libvirt.Defined}/snapshot/a/d.xml", Libvirt.Domain("d"));
        Assert.Equal("a", Libvirt.One(files).Id);
    }

    [Fact]
    public void Domains_are_told_by_name_in_order_and_once()
    {
        var files = Libvirt.With("z", Libvirt.Domain("z")).With($"{Libvirt.Defined}/a.xml", Libvirt.Domain("m")).With($"{Libvirt.Defined}/b.xml", Libvirt.Domain("m"));
        Assert.Equal(["m", "z"], Libvirt.Read(files)!.Value.Select(vm => vm.Id));
    }

    [Fact]
    public void More_domains_than_any_host_has_are_left_out_and_told()
    {
        var files = new FakeTree();
        foreach (var i in Enumerable.Range(0, 1030))
        {
            files.With($"{Libvirt.Defined}/vm{i}.xml", Libvirt.Domain($"vm{i}"));
        }

        Assert.Equal(1024, Libvirt.Read(files, out var issues)!.Value.Length);
        Assert.Equal("1030 domains, 1024 taken", Assert.Single(issues).Detail);
    }

    [Theory]
    [InlineData("running", true)]
    [InlineData("paused", true)]
    [InlineData("pmsuspended", true)]
    [InlineData("shutdown", true)]
    [InlineData("blocked", true)]
    [InlineData("shutoff", false)]
    [InlineData("crashed", false)]
    public void The_live_file_says_whether_it_was_started(string state, bool started)
    {
        var files = Libvirt.With("a", Libvirt.Domain("a")).With($"{Libvirt.Running}/a.xml", Libvirt.Status(state, Libvirt.Domain("a")));
        Assert.Equal(started, Libvirt.One(files).ManagerSaysRunning);
        Assert.Equal(4711, Libvirt.One(files).Pid);
    }

    [Fact]
    public void A_file_with_its_process_is_a_note_too()
    {
        var vm = Libvirt.One(Libvirt.With("a", Libvirt.Domain("a")).With($"{Libvirt.Running}/a.pid", "4242"));
        Assert.Equal((true, 4242), (vm.ManagerSaysRunning, vm.Pid));
        Assert.Null(vm.AttachedDevices);
    }

    [Fact]
    public void The_drivers_own_process_is_no_note()
    {
        var vm = Libvirt.One(Libvirt.With("driver", Libvirt.Domain("driver")).With($"{Libvirt.Running}/driver.pid", "901"));
        Assert.Equal((false, null), (vm.ManagerSaysRunning, vm.Pid));
    }

    [Fact]
    public void A_live_file_that_can_not_be_read_still_says_that_it_was_started()
    {
        var vm = Libvirt.One(Libvirt.With("a", Libvirt.Domain("a", Hostdev)).Refusing($"{Libvirt.Running}/a.xml", Errno.AccessDenied));
        Assert.True(vm.ManagerSaysRunning);
        Assert.Null(vm.AttachedDevices);
        Assert.Single(vm.Devices);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("")]
    public void A_process_without_a_number_is_none(string pid)
    {
        var files = Libvirt.With("a", Libvirt.Domain("a")).With($"{Libvirt.Running}/a.xml", Libvirt.Status("running", Libvirt.Domain("a"), pid));
        Assert.Null(Libvirt.One(files).Pid);
    }

    [Fact]
    public void Without_notes_it_was_not_started_unless_they_can_not_be_seen()
    {
        var defined = () => Libvirt.With("a", Libvirt.Domain("a"));
        Assert.False(Libvirt.One(defined().With($"{Libvirt.Running}/b.pid", "1")).ManagerSaysRunning);
        Assert.False(Libvirt.One(defined().WithDirectory("run")).ManagerSaysRunning);
        Assert.Null(Libvirt.One(defined().Refusing(Libvirt.Running, Errno.AccessDenied)).ManagerSaysRunning);
        Assert.Null(Libvirt.One(defined()).ManagerSaysRunning);
    }

    [Fact]
    public void A_changed_definition_waits_for_the_next_start()
    {
        var vm = Libvirt.One(Libvirt.With("a", Libvirt.Domain("a", Hostdev)).With($"{Libvirt.Running}/a.xml", Libvirt.Status("running", Libvirt.Domain("a", Other))));
        Assert.Equal(["hostdev0 0000:01:00.0 WhileRunning"], Libvirt.Lines(vm.Devices));
        Assert.Equal(["hostdev0 0000:02:00.0 WhileRunning"], Libvirt.Lines(vm.AttachedDevices));
        Assert.Equal($"{Libvirt.Defined}/a.xml", vm.File);
    }

    [Fact]
    public void A_transient_domain_is_as_it_was_started()
    {
        var vm = Libvirt.One(new FakeTree().With($"{Libvirt.Running}/t.xml", Libvirt.Status("running", Libvirt.Domain("t", Hostdev))));
        Assert.Equal((VmManagers.Libvirt, "t", $"{Libvirt.Running}/t.xml", true), (vm.Manager, vm.Id, vm.File, vm.ManagerSaysRunning));
        Assert.Equal(Libvirt.Lines(vm.AttachedDevices), Libvirt.Lines(vm.Devices));
        Assert.Single(vm.Devices);
    }

    [Fact]
    public void A_host_is_put_together_from_a_few_lines()
    {
        var tree = new HostTree();
        var gaming = new FakeDomain("win11") { Devices = [LibvirtFiles.Hostdev("0000:01:00.0"), LibvirtFiles.Hostdev("0000:01:00.1", managed: false)] };
        var router = new FakeDomain("router") { LibosinfoId = null, Loader = "", Machine = "pc-i440fx-8.2", Video = "qxl", Devices = [LibvirtFiles.NetworkInterface("vfs", "0000:03:02.1")] };
        new LibvirtFiles(tree).Defined(gaming).Defined(router).Running(router, 4711).Pool("vfs", managed: true, LibvirtFiles.Address("0000:03:02.0"), LibvirtFiles.Address("0000:03:02.1"));
        var vms = Libvirt.Read(TreeFiles.Of(tree), out var issues)!.Value;

        Assert.Empty(issues);
        Assert.Equal(["router", "win11"], vms.Select(vm => vm.Id));
        Assert.Equal([(true, 4711, Chipset.I440fx, VmFirmware.Bios, null, true), (false, null, Chipset.Q35, VmFirmware.Uefi, "win11", false)], vms.Select(
            vm => ((bool?, int?, Chipset, VmFirmware?, string?, bool?))(vm.ManagerSaysRunning, vm.Pid, vm.Chipset, vm.Firmware, vm.OperatingSystem, vm.HasVirtualDisplay)));
        Assert.Equal(["interface0 0000:03:02.0|0000:03:02.1 WhileRunning through vfs"], Libvirt.Lines(vms[0].Devices));
        Assert.Equal(["interface0 0000:03:02.1 WhileRunning through vfs"], Libvirt.Lines(vms[0].AttachedDevices));
        Assert.Equal(["hostdev0 0000:01:00.0 WhileRunning", "hostdev1 0000:01:00.1 Always"], Libvirt.Lines(vms[1].Devices));
    }
}
