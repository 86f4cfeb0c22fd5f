using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms.Managers;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Processes;

/// <summary>Who runs machines and who holds devices, with all that may be hidden.</summary>
public sealed class ProcessReaderTests
{
    internal const string Gpu = "0000:01:00.0";
    private const string GpuPath = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0";
    internal const string Scope = "/qemu.slice/110.scope";
    internal static readonly string[] Kvm = ["/usr/bin/kvm", "-id", "110", "-name", "win11,debug-threads=on", "-device", $"vfio-pci,host={Gpu},id=hostpci0"];
    private static readonly string[] Printable = ["/usr/bin/kvm", "-id", "111", "-device", "virtio-net-pci,netdev=net0"];

    [Fact]
    public void A_machine_is_known_by_its_command_line()
    {
        var facts = Read(host => host.Process(4242, Scope, Kvm).Process(900, "/system.slice/ssh.service", "/usr/sbin/sshd", "-D")).Facts;

        var vm = Assert.Single(facts.Vms);
        Assert.Equal((4242, "kvm", "110", "win11", "110.scope"), (vm.Pid, vm.Program, vm.VmId, vm.Name, vm.Unit));
        Assert.Equal([Some.Address(Gpu)], vm.Functions!.Value);
        Assert.Equal((false, VmManagers.Proxmox), (vm.IsInContainer, vm.Owner));
    }

    [Fact]
    public void Without_names_the_command_lines_tell()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Process(900, "/", "/bin/bash")).Remove("proc/4242/comm").Remove("proc/900/comm");

        Assert.Equal(4242, Assert.Single(Read(TreeFiles.Of(tree)).Facts.Vms).Pid);
    }

    [Fact]
    public void Only_processes_with_the_name_of_a_machine_have_their_command_line_read()
    {
        var files = new RefusingTree(TreeFiles.Of(Host(host =>
        {
            host.Process(4242, Scope, Kvm);
            for (var pid = 5000; pid < 7000; pid++)
            {
                host.Process(pid, "/system.slice/x.service", "/usr/bin/worker");
            }
        })), _ => false);
        Read(files);

        Assert.Equal(["proc/4242/cmdline"], files.Asked.Where(path => path.EndsWith("/cmdline", StringComparison.Ordinal)).Distinct());
        Assert.Equal(2002, files.Asked.Count(path => path.EndsWith("/comm", StringComparison.Ordinal)) - 1);
        Assert.DoesNotContain(files.Asked, path => path.Contains("/fd", StringComparison.Ordinal));
    }

    [Fact]
    public void A_function_that_is_enabled_without_a_reference_on_the_module_is_looked_into_all_the_same()
    {
        var facts = Read(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").References(0), Enabled(Gpu, "14")).Facts;

        Assert.Single(facts.Holders);
    }

    [Fact]
    public void With_no_reference_on_the_module_and_nothing_enabled_nobody_is_looked_into()
    {
        var files = new RefusingTree(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).References(0))), _ => false);
        var facts = Read(files, new PciFacts { Functions = [] }).Facts;

        Assert.True(facts.HoldersComplete);
        Assert.Empty(facts.Holders);
        Assert.DoesNotContain(files.Asked, path => path.Contains("/fd", StringComparison.Ordinal));
    }

    [Fact]
    public void A_holder_is_found_with_its_group_and_the_function_that_its_command_line_names()
    {
        var facts = Read(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").References(4), Enabled(Gpu, "14")).Facts;

        var holder = Assert.Single(facts.Holders);
        Assert.Equal((4242, "kvm", "110.scope"), (holder.Pid, holder.Program, holder.Unit));
        Assert.Equal(["14"], holder.Groups);
        Assert.Equal([Some.Address(Gpu)], holder.Functions);
        Assert.True(facts.HoldersComplete);
    }

    [Fact]
    public void A_newer_kernel_names_the_function_whatever_the_command_line_says()
    {
        var facts = Read(host => host.Process(4242, Scope, Printable).Holds(4242, "14", device: GpuPath).References(4), Enabled(Gpu, "14")).Facts;

        Assert.Equal([Some.Address(Gpu)], Assert.Single(facts.Holders).Functions);
    }

    [Fact]
    public void A_device_node_is_followed_to_its_function()
    {
        var tree = Host(host => host.Process(4242, Scope, Printable).Open(4242, 7, "/dev/iommu").Open(4242, 8, "/host/dev/vfio/devices/vfio0").References(2))
            .Link("sys/class/vfio-dev/vfio0", $"{GpuPath}/vfio-dev/vfio0");
        var holder = Assert.Single(Read(TreeFiles.Of(tree), Enabled(Gpu, "14")).Facts.Holders);

        Assert.Equal([Some.Address(Gpu)], holder.Functions);
        Assert.Empty(holder.Groups);
    }

    [Fact]
    public void While_removal_waits_the_device_node_is_gone_and_the_descriptor_still_tells()
    {
        var facts = Read(
            host => host.Process(4242, Scope, Printable).Open(4242, 8, "/dev/vfio/devices/vfio0 (deleted)", GpuPath).References(2),
            Enabled(Gpu, "14", driver: null)).Facts;

        Assert.Equal([Some.Address(Gpu)], Assert.Single(facts.Holders).Functions);
    }

    [Fact]
    public void A_function_without_a_driver_is_held_while_its_removal_waits()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14"));
        var open = new RefusingTree(TreeFiles.Of(tree), _ => false);

        Assert.Equal(4242, Assert.Single(Read(open, Enabled(Gpu, "14", driver: null, removalWaits: true)).Facts.Holders).Pid);
        Assert.Empty(Read(open, Enabled(Gpu, "15", driver: null)).Facts.Holders);
    }

    [Theory]
    [InlineData("nvidia", false)]
    [InlineData("vfio-pci", true)]
    [InlineData("mlx5_vfio_pci", true)]
    public void What_a_driver_of_the_host_has_enabled_is_not_held(string driver, bool isHeld)
    {
        var files = new RefusingTree(TreeFiles.Of(Host(host => host.Process(4242, Scope, Printable))), _ => false);
        Read(files, Enabled(Gpu, "14", driver));

        Assert.Equal(isHeld, files.Asked.Contains("proc/4242/fd"));
    }

    [Fact]
    public void Containers_alone_hold_nothing()
    {
        var facts = Read(host => host.Process(4242, Scope, Printable).Open(4242, 7, "/dev/vfio/vfio").Open(4242, 8, "/dev/iommu").References(1)).Facts;

        Assert.Empty(facts.Holders);
        Assert.True(facts.HoldersComplete);
    }

    [Fact]
    public void Where_VFIO_is_built_in_the_search_ends_with_the_last_function_in_use()
    {
        var files = new RefusingTree(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").Process(900, "/", "/usr/sbin/sshd"))), _ => false);

        Assert.Single(Read(files, Enabled(Gpu, "14")).Facts.Holders);
        Assert.DoesNotContain("proc/900/fd", files.Asked);
    }

    [Fact]
    public void A_machine_under_a_name_of_its_own_is_found_by_what_it_holds()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").References(4)).Line("proc/4242/comm", "win11");
        var facts = Read(TreeFiles.Of(tree), Enabled(Gpu, "14")).Facts;

        Assert.Equal(("kvm", "win11"), (Assert.Single(facts.Holders).Program, facts.Holders[0].Names[0]));
        Assert.Equal("110", Assert.Single(facts.Vms).VmId);
    }

    [Fact]
    public void A_VM_is_whoever_has_one_of_KVM_open_and_its_forks_are_none_of_their_own()
    {
        string[] command = ["/opt/vmm", "--vfio", $"/sys/bus/pci/devices/{Gpu}"];
        var unknown = Read(host => host.Process(77, "/x", "/opt/vmm").Open(77, 5, "anon_inode:kvm-vm").Holds(77, "14").References(4), Enabled(Gpu, "14")).Facts;
        var forked = Read(
            host => host.Process(80, "/u", ["crosvm", .. command[1..]]).Open(80, 5, "anon_inode:kvm-vm").Process(81, "/u", ["crosvm", .. command[1..]]).Holds(81, "14").References(4),
            Enabled(Gpu, "14")).Facts;

        Assert.Equal((77, "other"), (Assert.Single(unknown.Vms).Pid, unknown.Vms[0].Platform.Name));
        Assert.Equal((80, "crosvm"), (Assert.Single(forked.Vms).Pid, forked.Vms[0].Platform.Name));
        Assert.Equal((81, 80), (Assert.Single(forked.Holders).Pid, forked.Holders[0].VmPid));
    }

    [Theory]
    [InlineData("/dev/vfio/14", "240:14", "14")]
    [InlineData("/srv/chroot/dev/vfio/14", "240:14", "14")]
    [InlineData("/home/u/vfio/14", null, null)]
    [InlineData("/home/u/vfio/14", "1:3", null)]
    [InlineData("/dev/vfio/14", "1:3", null)]
    [InlineData("/dev/vfio/14", null, "14")]
    public void A_group_is_the_character_device_with_its_number_and_no_path(string path, string? device, string? group)
    {
        var fake = new FakeTree().With("proc/2/comm", "kthreadd\n").With("proc/950/comm", "vpp\n").WithLink("proc/950/fd/12345", path).With("sys/class/vfio/14/dev", "240:14\n");
        if (device?.Split(':') is [var major, var minor])
        {
            fake.WithNode("proc/950/fd/12345", new FileNode(0x2180, uint.Parse(major), uint.Parse(minor)));
        }

        var facts = Read(fake, Enabled(Gpu, "14")).Facts;

        Assert.Equal(group is null ? [] : [group], facts.Holders.SelectMany(holder => holder.Groups));
        Assert.Equal(group is null ? ["14"] : [], facts.GroupsHeldUnseen);
    }

    [Theory]
    [InlineData("/machine.slice/machine-qemu\\x2d1\\x2dwin.scope", "/usr/bin/qemu-system-x86_64|-name|guest=win", "libvirt", "libvirt")]
    [InlineData("/machine/qemu-1-Win10.libvirt-qemu", "/usr/local/sbin/qemu|-name|guest=Win10", "libvirt", "libvirt")]
    [InlineData("/machine.slice/systemd-nspawn@lab.service/payload/machine.slice/machine-qemu\\x2d1\\x2dlab.scope", "qemu-system-x86_64|-name|guest=lab|-object|/var/lib/libvirt/qemu/k", null, "libvirt")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope", "/usr/bin/kvm|-id|110", null, "qemu")]
    [InlineData("/qemu.slice/110.scope", "/usr/bin/kvm|-id|110", "proxmox", "proxmox")]
    [InlineData("/qemu.slice/111.scope", "/usr/bin/kvm|-id|110", null, "qemu")]
    [InlineData("/system.slice/incus.service", "/opt/incus/bin/qemu-system-x86_64|-name|v1|-readconfig|/run/incus/v1/qemu.conf", null, "incus")]
    [InlineData("/system.slice/snap.lxd.daemon.service", "/snap/lxd/1/bin/qemu-system-x86_64|-name|gpu-test", null, "lxd")]
    [InlineData("/kubepods.slice/x.slice/cri-containerd-7.scope", "/usr/libexec/qemu-kvm|-name|guest=default_vm", null, "kubevirt")]
    [InlineData("/../../kubepods-burstable-pod1.slice/cri-containerd-7.scope", "/usr/libexec/qemu-kvm|-name|guest=default_vm", null, "kubevirt")]
    [InlineData("/kata_overhead/0a1b", "/opt/kata/bin/cloud-hypervisor|--api-socket|/run/vc/vm/0a1b/clh-api.sock", null, "kata")]
    [InlineData("/user.slice/u.scope", "cloud-hypervisor|--device|path=/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/", null, "cloud-hypervisor")]
    [InlineData("/user.slice/u.scope", "stratovirt|-device|vfio-pci,host=0000:01:00.0", null, "other")]
    public void A_manager_is_told_by_what_root_made_and_a_platform_by_what_there_is(string group, string command, string? owner, string platform)
    {
        var vm = Assert.Single(Read(host => host.Process(4242, group, command.Split('|'))).Facts.Vms);

        Assert.Equal((owner, platform), (vm.Owner?.Name, vm.Platform.Name));
    }

    [Theory]
    [InlineData("-readconfig|/etc/vms/files.conf", "0", "files")]
    [InlineData("--readconfig|files.conf", "0", "files")]
    [InlineData("-readconfig|/etc/vms/files.conf|-name|given", "0", "given")]
    [InlineData("-readconfig|/etc/vms/none.conf", "0", null)]
    [InlineData("-readconfig|/etc/vms/files.conf", "1000", null)]
    public void A_name_may_stand_in_a_configuration_file(string arguments, string user, string? name)
    {
        var tree = Host(host => host.Process(4242, "/system.slice/vm.service", ["/usr/bin/qemu-system-x86_64", .. arguments.Split('|')]))
            .Text("proc/4242/status", $"Name:\tqemu\nUid:\t{user}\t{user}\t{user}\t{user}\n").LinkText("proc/4242/cwd", "/etc/vms")
            .Text("etc/vms/files.conf", "[name]\n  guest = \"files\"\n");

        Assert.Equal(name, Assert.Single(Read(TreeFiles.Of(tree)).Facts.Vms).Name);
    }

    [Fact]
    public void In_another_PID_namespace_than_that_of_process_1_it_is_no_manager_s_of_this_host()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm)).LinkText("proc/1/ns/pid", "pid:[4026531836]").LinkText("proc/4242/ns/pid", "pid:[4026532841]");
        var vm = Assert.Single(Read(TreeFiles.Of(tree)).Facts.Vms);

        Assert.Equal((true, null), (vm.IsInContainer, vm.Owner));
    }

    [Fact]
    public void Without_privilege_the_command_line_stands_in()
    {
        var (reading, issues) = ReadWithout("/fd", Host(host => host.Process(4242, Scope, Kvm).Process(4243, Scope, Printable).References(4)), Enabled(Gpu, "14"));

        var holder = Assert.Single(reading.Facts.Holders);
        Assert.Equal((4242, "14", Some.Address(Gpu)), (holder.Pid, Assert.Single(holder.Groups), Assert.Single(holder.Functions)));
        Assert.True(reading.Facts.HoldersComplete);
        Assert.Empty(issues);
    }

    [Fact]
    public void A_holder_whose_command_line_is_refused_has_no_program_and_its_VM_no_words()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Open(4242, 5, "anon_inode:kvm-vm").Holds(4242, "14").References(4));
        var facts = ReadWithout("/cmdline", tree, Enabled(Gpu, "14")).Reading.Facts;

        Assert.Equal(("", false, 4242), (Assert.Single(facts.Holders).Program, facts.Holders[0].ArgumentsComplete, facts.Holders[0].VmPid));
        Assert.False(Assert.Single(facts.Vms).ArgumentsComplete);
        Assert.False(facts.VmsComplete);
    }

    [Theory]
    [InlineData("/fd")]
    [InlineData("/fd/0")]
    public void Where_neither_tells_there_is_one_issue_that_names_the_remedy(string refused)
    {
        var host = Host(host => host.Process(4242, Scope, Printable).Process(900, "/", "/usr/sbin/sshd").Process(901, "/", "/usr/sbin/cron").References(4));
        var (reading, issues) = ReadWithout(refused, host, Enabled(Gpu, "14"));

        Assert.False(reading.Facts.HoldersComplete);
        Assert.Empty(reading.Facts.Holders);
        var issue = Assert.Single(issues);
        Assert.Equal(("proc", ReadIssueKind.Unresolved), (issue.Path, issue.Kind));
        Assert.Contains("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH", issue.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_refusals_are_not_asked_for()
    {
        var files = new RefusingTree(TreeFiles.Of(Host(host =>
        {
            for (var pid = 3000; pid < 4000; pid++)
            {
                host.Process(pid, "/", "/usr/bin/worker");
            }
        })), path => path.EndsWith("/fd", StringComparison.Ordinal));
        ProcessReader.Read(new HostReader(files, ReadAttempt.Unlimited), Enabled(Gpu, "14"), HolderCache.Empty);

        Assert.InRange(files.Asked.Count(path => path.EndsWith("/fd", StringComparison.Ordinal)), 1, 100);
    }

    [Fact]
    public void A_process_that_goes_while_it_is_looked_at_is_no_trouble()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Process(4300, Scope, Kvm).References(4)).Remove("proc/4242/cmdline").Remove("proc/4300/fd");
        var files = new HostReader(TreeFiles.Of(tree), ReadAttempt.Unlimited);
        var facts = ProcessReader.Read(files, Enabled(Gpu, "14"), HolderCache.Empty).Facts;

        Assert.Equal(4300, Assert.Single(facts.Vms).Pid);
        Assert.Empty(facts.Holders);
        Assert.Empty(files.Issues);
    }

    [Fact]
    public void In_a_container_of_its_own_there_are_no_machines_to_be_seen()
    {
        var tree = new HostTree().Line("proc/1/comm", "passthru-export").Text("proc/1/cmdline", "passthru-exporter\0").LinkText("proc/self/ns/pid", "pid:[4026532841]");

        var (quiet, none) = ReadWithout("nothing", tree, Enabled(Gpu, "14", driver: null));
        Assert.False(quiet.Facts.VmsComplete);
        Assert.True(quiet.Facts.HoldersComplete);
        Assert.Empty(none);

        var (held, issues) = ReadWithout("nothing", tree, Enabled(Gpu, "14"));
        Assert.False(held.Facts.HoldersComplete);
        Assert.Contains("container", Assert.Single(issues).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_processes_are_an_issue()
    {
        var tree = new HostTree().Line("proc/4000/comm", "passthru-export").LinkText("proc/self/ns/pid", "pid:[4026531836]");
        var (reading, issues) = ReadWithout("proc/2/comm", tree, Enabled(Gpu, "14"));

        Assert.False(reading.Facts.VmsComplete);
        Assert.False(reading.Facts.HoldersComplete);
        Assert.Contains("hidepid", Assert.Single(issues).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_procfs_nothing_is_known_and_nothing_wrong()
    {
        var (reading, issues) = ReadWithout("nothing", new HostTree().Line("sys/bus/x", ""), new PciFacts { Functions = [] });

        Assert.False(reading.Facts.VmsComplete);
        Assert.True(reading.Facts.HoldersComplete);
        Assert.Empty(issues);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Without_the_functions_a_host_that_has_VFIO_groups_is_searched(bool hasGroups, bool isNotSearched)
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm));
        if (hasGroups)
        {
            tree.Text("sys/class/vfio/14/dev", "");
        }

        var files = new RefusingTree(TreeFiles.Of(tree), _ => false);
        var facts = ProcessReader.Read(new HostReader(files, ReadAttempt.Unlimited), pci: null, HolderCache.Empty).Facts;

        Assert.True(facts.HoldersComplete);
        Assert.Equal(isNotSearched, !files.Asked.Contains("proc/4242/fd"));
    }

    [Fact]
    public void A_hundred_thousand_descriptors_and_a_quarter_of_a_megabyte_of_arguments_are_no_trouble()
    {
        var fake = new FakeTree().With("proc/2/comm", "kthreadd\n").With("proc/4242/comm", "kvm\n")
            .With("proc/4242/cmdline", string.Join('\0', Kvm) + "\0" + string.Concat(Enumerable.Repeat("-smbios\0type=11,value=x\0", 8000)));
        for (var descriptor = 0; descriptor < 100_000; descriptor++)
        {
            fake.WithLink($"proc/4242/fd/{descriptor}", descriptor == 21 ? "/dev/vfio/14" : $"socket:[{descriptor}]");
        }

        var files = new RefusingTree(fake, _ => false);
        var facts = Read(files, Enabled(Gpu, "14")).Facts;

        Assert.Equal([Some.Address(Gpu)], Assert.Single(facts.Holders).Functions);
        Assert.InRange(files.Asked.Count(path => path.StartsWith("proc/4242/fd/", StringComparison.Ordinal)), 10_000, IFileTree.MaxNames + 1);
    }

    [Fact]
    public void A_command_line_beyond_all_measure_is_an_issue_and_no_machine()
    {
        var fake = new FakeTree().With("proc/2/comm", "kthreadd\n").With("proc/4242/comm", "kvm\n").With("proc/4242/cmdline", new string('x', 300 * 1024));
        var files = new HostReader(fake, ReadAttempt.Unlimited);

        Assert.Empty(ProcessReader.Read(files, Enabled(Gpu, "14", "nvidia"), HolderCache.Empty).Facts.Vms);
        Assert.Equal("proc/4242/cmdline", Assert.Single(files.Issues).Path);
    }

    [Fact]
    public void The_procfs_of_this_machine_is_understood()
    {
        using var directory = new TemporaryDirectory();
        using var open = File.OpenRead(directory.Write("dev/vfio/14", ""));
        using var root = new DirectoryTree("/");
        var files = new HostReader(root, ReadAttempt.Unlimited);

        Assert.Empty(OpenVfioFiles.Read(files, Environment.ProcessId)!.Groups);
        Assert.Equal(Environment.GetCommandLineArgs()[1..], CommandLine.Read(files, Environment.ProcessId)!.TakeLast(Environment.GetCommandLineArgs().Length - 1));
        Assert.NotEqual(true, ProcessTraits.Read(files, Environment.ProcessId).IsInContainer);
        Assert.NotNull(ProcessTraits.Read(files, Environment.ProcessId).User);
        Assert.NotNull(ProcessTraits.ParentOf(files, Environment.ProcessId));
        Assert.Empty(files.Issues);
    }

    internal static PciFacts Enabled(string address, string group, string? driver = "vfio-pci", bool removalWaits = false) => new()
    {
        Functions =
        [
            Some.Function(address) with
            {
                Group = group,
                EnableCount = 1,
                Driver = driver is null ? null : new PciDriver(driver, PciDriver.IsVfioName(driver)),
                UnbindPending = removalWaits,
            },
            Some.Function("0000:02:00.0") with { Group = "20", EnableCount = 0, Driver = new PciDriver("vfio-pci", true) },
        ],
    };

    internal static HostTree Host(Action<ProcessFiles> processes)
    {
        var tree = new HostTree();
        processes(new ProcessFiles(tree));
        return tree;
    }

    private static ProcessReading Read(Action<ProcessFiles> processes, PciFacts? pci = null) => Read(TreeFiles.Of(Host(processes)), pci);

    internal static ProcessReading Read(IFileTree tree, PciFacts? pci = null, HolderCache? memory = null)
    {
        var files = new HostReader(tree, ReadAttempt.Unlimited);
        var reading = ProcessReader.Read(files, pci ?? new PciFacts { Functions = [] }, memory ?? HolderCache.Empty);
        Assert.Empty(files.Issues);
        return reading;
    }

    private static (ProcessReading Reading, IReadOnlyList<ReadIssue> Issues) ReadWithout(string refused, HostTree tree, PciFacts pci)
    {
        var files = new HostReader(new RefusingTree(TreeFiles.Of(tree), path => path.EndsWith(refused, StringComparison.Ordinal)), ReadAttempt.Unlimited);
        return (ProcessReader.Read(files, pci, HolderCache.Empty), files.Issues);
    }
}
