using CsCheck;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms.Proxmox;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

/// <summary>The virtual machines of a node: which files, what runs, what a mapping means.</summary>
public sealed class ProxmoxReaderTests : IDisposable
{
    private const string Reserved = "run/qemu-server/pci-id-reservations";
    private readonly ManualResetEventSlim _answers = new();

    public void Dispose()
    {
        _answers.Set();
        _answers.Dispose();
    }

    [Fact]
    public void A_host_without_Proxmox_has_no_such_machines_and_no_trouble()
    {
        var (vms, issues) = ProxmoxRead.From(new FakeTree().With("etc/hostname", "pve1"));
        Assert.Null(vms);
        Assert.Empty(issues);
    }

    [Theory]
    [InlineData("etc/pve/qemu-server", "other")]
    [InlineData("etc/pve/nodes/pve1/qemu-server", "pve1.example.net\n")]
    public void Machines_of_this_node_are_read_in_the_order_of_their_numbers(string directory, string hostname)
    {
        var (vms, issues) = ProxmoxRead.From(new FakeTree().With("proc/sys/kernel/hostname", hostname)
            .With($"{directory}/1000.conf", "name: b").With($"{directory}/100.conf", "name: a").With($"{directory}/100.conf.tmp.7", "name: c")
            .With("etc/pve/nodes/pve2/qemu-server/101.conf", "name: d"));

        Assert.Equal(["100 a", "1000 b"], vms!.Value.Select(vm => $"{vm.Id} {vm.Name}"));
        Assert.Equal($"{directory}/100.conf", vms.Value[0].File);
        Assert.Empty(issues);
    }

    [Fact]
    public void A_node_without_machines_has_none() =>
        Assert.Empty(ProxmoxRead.From(new FakeTree().With("etc/hostname", "pve1").WithDirectory("etc/pve/nodes/pve1/qemu-server")).Vms!.Value);

    [Theory]
    [InlineData("pve1")]
    [InlineData("")]
    public void An_empty_cluster_file_system_is_an_issue_and_no_answer(string hostname)
    {
        var (vms, issues) = ProxmoxRead.From(new FakeTree().With("etc/hostname", hostname).WithDirectory("etc/pve"));
        Assert.Null(vms);
        Assert.Equal(("etc/pve", ReadIssueKind.Unresolved), (Assert.Single(issues).Path, issues[0].Kind));
    }

    [Fact]
    public void One_bad_file_hides_no_other_machine()
    {
        var (vms, issues) = ProxmoxRead.From(ProxmoxRead.Node().With($"{ProxmoxRead.Directory}/101.conf", [0, 255, 1, 10, 200, 13]).Refusing($"{ProxmoxRead.Directory}/102.conf", Errno.AccessDenied));
        Assert.Equal("100", Assert.Single(vms!.Value).Id);
        Assert.Equal(["101", "102"], issues.Select(issue => issue.Path[^8..^5]));
    }

    [Theory]
    [InlineData("etc/pve/qemu-server/100.conf")]
    [InlineData("etc/pve/qemu-server")]
    [InlineData("etc/pve")]
    public void Where_nothing_may_be_read_nothing_is_said(string refused)
    {
        var (vms, issues) = ProxmoxRead.From(ProxmoxRead.Node().Refusing(refused, Errno.AccessDenied));
        Assert.Null(vms);
        Assert.Equal(refused, Assert.Single(issues).Path);
    }

    [Fact]
    public void Lines_of_a_mapping_for_this_node_are_alternatives()
    {
        const string config = "hostpci0: mapping=gpu,pcie=1\nhostpci1: mapping=elsewhere\nhostpci2: mapping=gone\nhostpci3: mapping=part,mdev=i915-GVTg_V5_4\n";
        var vm = ProxmoxRead.One(ProxmoxRead.Node(config).With(PciMappings.File, """
            # cards
            gpu
            	description Two, cards
            	map node=pve1,path=0000:01:00,id=10de:2204,subsystem-id=1458:403b,iommugroup=14
            	map id=10de:1b06,iommugroup=15,node=pve1,path=0000:02:00.0;0000:02:00.1
            	map node=pve2,path=0000:09:00,id=10de:1b06

            elsewhere
            	map node=pve2,path=0000:09:00,id=10de:1b06
            part
              mdev 1
              map node=pve1,path=0000:00:02.0,id=8086:4c8b
            """));

        Assert.Equal(["hostpci0: 0000:01:00 | 0000:02:00.0+0000:02:00.1", "hostpci1: ", "hostpci2: ", "hostpci3: 0000:00:02.0"], ProxmoxRead.Lines(vm.Devices));
        Assert.Equal("10de:2204 1458:403b 14", $"{vm.Devices[0].Choices[0].Id} {vm.Devices[0].Choices[0].Subsystem} {vm.Devices[0].Choices[0].Group}");
        Assert.Equal(["gpu", "elsewhere", "gone", "part"], vm.Devices.Select(device => device.Through));
        Assert.Equal([false, false, false, true], vm.Devices.Select(device => device.IsMediated));
        Assert.All(vm.Devices.SelectMany(device => device.Choices), choice => Assert.True(choice.IsChecked));
        Assert.Equal((false, true), (vm.Devices[0].Choices[0].IsMediated, vm.Devices[3].Choices[0].IsMediated));
    }

    [Theory]
    [InlineData("live-migration-capable 1\n\tmap node=pve1,path=0000:01:00,id=10de:2204", true)]
    [InlineData("map node=pve1,path=0000:01:00,id=10de:2204\n\tlive-migration-capable 1", true)]
    [InlineData("live-migration-capable 0\n\tmap node=pve1,path=0000:01:00,id=10de:2204", false)]
    public void A_mapping_says_that_its_device_migrates(string lines, bool migrates) =>
        Assert.Equal(migrates, ProxmoxRead.One(ProxmoxRead.Node("hostpci0: mapping=a").With(PciMappings.File, $"a\n\t{lines}\n")).Devices[0].Migrates);

    [Theory]
    [InlineData("node=pve1,id=10de:2204")]
    [InlineData("node=pve1,path=nowhere,id=10de:2204")]
    [InlineData("node=pve1,path=0000:01:00,id=10de")]
    [InlineData("node=pve1,path=0000:01:00")]
    [InlineData("node=pve1,path=01:00,id=10de:2204")]
    [InlineData("what")]
    public void A_line_of_a_mapping_that_makes_no_sense_is_an_issue(string map)
    {
        var (vms, issues) = ProxmoxRead.From(ProxmoxRead.Node("hostpci0: mapping=a").With(PciMappings.File, $"a\n\tmap {map}\n\tmap {map}\n"));
        Assert.Empty(vms!.Value[0].Devices[0].Choices);
        Assert.Equal(PciMappings.File, Assert.Single(issues).Path);
    }

    [Fact]
    public void A_note_of_a_start_tells_the_process()
    {
        var running = ProxmoxRead.One(ProxmoxRead.Node().With("run/qemu-server/100.pid", "4711\n"));
        var stopped = ProxmoxRead.One(ProxmoxRead.Node().With("run/qemu-server/101.pid", "4711\n"));
        var hidden = ProxmoxRead.One(ProxmoxRead.Node().Refusing("run/qemu-server/100.pid", Errno.AccessDenied));
        var never = ProxmoxRead.One(ProxmoxRead.Node());

        Assert.Equal((true, 4711), (running.ManagerSaysRunning, running.Pid));
        Assert.Equal((false, null), (stopped.ManagerSaysRunning, stopped.Pid));
        Assert.Equal((true, null), (hidden.ManagerSaysRunning, hidden.Pid));
        Assert.Equal((false, null), (never.ManagerSaysRunning, never.Pid));
    }

    [Fact]
    public void Notes_that_may_not_be_seen_say_nothing()
    {
        var (vms, issues) = ProxmoxRead.From(ProxmoxRead.Node().Refusing("run/qemu-server", Errno.AccessDenied));
        Assert.Null(vms!.Value[0].ManagerSaysRunning);
        Assert.All(issues, issue => Assert.Equal("run/qemu-server", issue.Path));
        Assert.NotEmpty(issues);
    }

    [Theory]
    [InlineData("0000:01:00.0 100 pid:7\n0000:01:00.1 100 pid:7\n", "hostpci0: 0000:01:00.0+0000:01:00.1")]
    [InlineData("0000:02:00.1 100 pid:7\n0000:02:00.0 100 pid:7\n", "hostpci1: 0000:02:00.0;hostpci2: 0000:02:00.1")]
    [InlineData("0000:09:00.0 100 pid:7\n", "reservation: 0000:09:00.0")]
    [InlineData("0000:01:00.0 100 pid:6\n0000:01:00.1 100 time:99999999999\n0000:02:00.0 101 pid:7\n", "")]
    [InlineData("", "")]
    public void Reservations_of_this_run_are_what_it_has(string reserved, string live)
    {
        const string config = "hostpci0: 01:00\nhostpci1: mapping=nic\nhostpci2: mapping=nic\n";
        const string mapping = "nic\n\tmap node=pve1,path=0000:02:00.0,id=8086:1520\n\tmap node=pve1,path=0000:02:00.1,id=8086:1520\n";
        var vm = ProxmoxRead.One(ProxmoxRead.Node(config).With(PciMappings.File, mapping).With("run/qemu-server/100.pid", "7").With(Reserved, reserved));
        Assert.Equal(live, string.Join(';', ProxmoxRead.Lines(vm.AttachedDevices!.Value)));
    }

    [Fact]
    public void Without_reservations_there_is_no_telling_what_it_has() =>
        Assert.Null(ProxmoxRead.One(ProxmoxRead.Node().With("run/qemu-server/100.pid", "7")).AttachedDevices);

    [Fact]
    public void Random_text_beside_the_machines_makes_nothing_up() => Gen.OneOf(Gen.String[0, 100], Gen.String[Gen.Char["0:1.a pidtme=,;\nmaph"], 0, 200]).Sample(text =>
    {
        var (vms, _) = ProxmoxRead.From(ProxmoxRead.Node("hostpci0: 01:00\n").With(PciMappings.File, text).With(Reserved, text).With("run/qemu-server/100.pid", text));
        Assert.Equal(["hostpci0: 0000:01:00"], ProxmoxRead.Lines(Assert.Single(vms!.Value).Devices));
    });

    [Fact]
    public void A_cluster_that_does_not_answer_costs_one_wait_and_one_thread_until_it_does()
    {
        var tree = new FakeTree().WithLink("etc/pve/local", "nodes/pve1").WithDirectory("run").Silent("etc/pve/qemu-server/100.conf", _answers, "name: one");
        var reader = new ReadSupervisor(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));
        (int? Vms, IReadOnlyList<ReadIssue> Issues) Read() => reader.Read(attempt =>
        {
            var files = new HostReader(tree, attempt);
            return (ProxmoxReader.Read(files).Vms?.Length, files.Issues);
        });

        var start = Environment.TickCount64;
        for (var i = 0; i < 100; i++)
        {
            var (vms, issues) = Read();
            Assert.Null(vms);
            Assert.Equal(new ReadIssue("etc/pve", ReadIssueKind.NoAnswer, "did not answer in time"), Assert.Single(issues));
        }

        Assert.InRange(Environment.TickCount64 - start, 0, 5000);
        Assert.Single(tree.ReadPaths, path => path.EndsWith(".conf", StringComparison.Ordinal));
        _answers.Set();
        Assert.True(SpinWait.SpinUntil(() => Read().Vms == 1, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_written_host_is_read_as_it_was_written()
    {
        var tree = UsedHost.Host().Build();
        new ProxmoxFiles(tree).Machine(110, "name: games", "hostpci0: 0000:05:00,pcie=1").Running(110, 4711, ["15"], "0000:05:00.0", "0000:05:00.1").Machine(111).Write();

        var (vms, issues) = ProxmoxRead.From(TreeFiles.Of(tree));
        Assert.Empty(issues);
        Assert.Equal([(true, 4711), (false, (int?)null)], vms!.Value.Select(vm => (vm.ManagerSaysRunning!.Value, vm.Pid)));
        Assert.Equal(["hostpci0: 0000:05:00.0+0000:05:00.1"], ProxmoxRead.Lines(vms.Value[0].AttachedDevices!.Value));
    }
}
