using Passthru.Facts.Files;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
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
    private static readonly string[] Plain = ["/usr/bin/kvm", "-id", "111", "-device", "virtio-net-pci,netdev=net0"];

    [Fact]
    public void A_machine_is_known_by_its_command_line()
    {
        var facts = Read(host => host.Process(4242, Scope, Kvm).Process(900, "/system.slice/ssh.service", "/usr/sbin/sshd", "-D")).Facts;

        var machine = Assert.Single(facts.VirtualMachines);
        Assert.Equal((4242, "kvm", "110", "win11", "110.scope"), (machine.Pid, machine.Program, machine.VmId, machine.Name, machine.Unit));
        Assert.Equal([Some.Address(Gpu)], machine.Functions!.Value);
        Assert.False(machine.IsInContainer || machine.IsOfLibvirt);
    }

    [Fact]
    public void Without_names_the_command_lines_tell()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Process(900, "/", "/bin/bash")).Remove("proc/4242/comm").Remove("proc/900/comm");

        Assert.Equal(4242, Assert.Single(Read(TreeFiles.Of(tree)).Facts.VirtualMachines).Pid);
    }

    [Fact]
    public void Only_processes_with_the_name_of_a_machine_have_their_command_line_read()
    {
        var files = new RefusingFiles(TreeFiles.Of(Host(host =>
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
        var files = new RefusingFiles(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).References(0))), _ => false);
        var facts = Read(files, new PciFacts { Functions = [] }).Facts;

        Assert.True(facts.HoldersTold);
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
        Assert.True(facts.HoldersTold);
    }

    [Fact]
    public void A_newer_kernel_names_the_function_whatever_the_command_line_says()
    {
        var facts = Read(host => host.Process(4242, Scope, Plain).Holds(4242, "14", device: GpuPath).References(4), Enabled(Gpu, "14")).Facts;

        Assert.Equal([Some.Address(Gpu)], Assert.Single(facts.Holders).Functions);
    }

    [Fact]
    public void A_device_node_is_followed_to_its_function()
    {
        var tree = Host(host => host.Process(4242, Scope, Plain).Open(4242, 7, "/dev/iommu").Open(4242, 8, "/host/dev/vfio/devices/vfio0").References(2))
            .Link("sys/class/vfio-dev/vfio0", $"{GpuPath}/vfio-dev/vfio0");
        var holder = Assert.Single(Read(TreeFiles.Of(tree), Enabled(Gpu, "14")).Facts.Holders);

        Assert.Equal([Some.Address(Gpu)], holder.Functions);
        Assert.Empty(holder.Groups);
    }

    [Fact]
    public void While_removal_waits_the_device_node_is_gone_and_the_descriptor_still_tells()
    {
        var facts = Read(
            host => host.Process(4242, Scope, Plain).Open(4242, 8, "/dev/vfio/devices/vfio0 (deleted)", GpuPath).References(2),
            Enabled(Gpu, "14", driver: null)).Facts;

        Assert.Equal([Some.Address(Gpu)], Assert.Single(facts.Holders).Functions);
    }

    [Fact]
    public void A_function_without_a_driver_is_held_while_its_removal_waits()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14"));
        var open = new RefusingFiles(TreeFiles.Of(tree), _ => false);

        Assert.Equal(4242, Assert.Single(Read(open, Enabled(Gpu, "14", driver: null, removalWaits: true)).Facts.Holders).Pid);
        Assert.Empty(Read(open, Enabled(Gpu, "15", driver: null)).Facts.Holders);
    }

    [Theory]
    [InlineData("nvidia", false)]
    [InlineData("vfio-pci", true)]
    [InlineData("mlx5_vfio_pci", true)]
    public void What_a_driver_of_the_host_has_enabled_is_not_held(string driver, bool isHeld)
    {
        var files = new RefusingFiles(TreeFiles.Of(Host(host => host.Process(4242, Scope, Plain))), _ => false);
        Read(files, Enabled(Gpu, "14", driver));

        Assert.Equal(isHeld, files.Asked.Contains("proc/4242/fd"));
    }

    [Fact]
    public void Containers_alone_hold_nothing()
    {
        var facts = Read(host => host.Process(4242, Scope, Plain).Open(4242, 7, "/dev/vfio/vfio").Open(4242, 8, "/dev/iommu").References(1)).Facts;

        Assert.Empty(facts.Holders);
        Assert.True(facts.HoldersTold);
    }

    [Fact]
    public void Where_VFIO_is_built_in_the_search_ends_with_the_last_function_in_use()
    {
        var files = new RefusingFiles(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").Process(900, "/", "/usr/sbin/sshd"))), _ => false);

        Assert.Single(Read(files, Enabled(Gpu, "14")).Facts.Holders);
        Assert.DoesNotContain("proc/900/fd", files.Asked);
    }

    [Fact]
    public void A_machine_under_a_name_of_its_own_is_found_by_what_it_holds()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").References(4)).Line("proc/4242/comm", "win11");
        var facts = Read(TreeFiles.Of(tree), Enabled(Gpu, "14")).Facts;

        Assert.Equal("win11", Assert.Single(facts.Holders).Program);
        Assert.Equal("110", Assert.Single(facts.VirtualMachines).VmId);
    }

    [Fact]
    public void Without_privilege_the_command_line_stands_in()
    {
        var (reading, issues) = ReadWithout("/fd", Host(host => host.Process(4242, Scope, Kvm).Process(4243, Scope, Plain).References(4)), Enabled(Gpu, "14"));

        var holder = Assert.Single(reading.Facts.Holders);
        Assert.Equal((4242, "14", Some.Address(Gpu)), (holder.Pid, Assert.Single(holder.Groups), Assert.Single(holder.Functions)));
        Assert.True(reading.Facts.HoldersTold);
        Assert.Empty(issues);
    }

    [Theory]
    [InlineData("/fd")]
    [InlineData("/fd/0")]
    public void Where_neither_tells_there_is_one_issue_that_names_the_remedy(string refused)
    {
        var host = Host(host => host.Process(4242, Scope, Plain).Process(900, "/", "/usr/sbin/sshd").Process(901, "/", "/usr/sbin/cron").References(4));
        var (reading, issues) = ReadWithout(refused, host, Enabled(Gpu, "14"));

        Assert.False(reading.Facts.HoldersTold);
        Assert.Empty(reading.Facts.Holders);
        var issue = Assert.Single(issues);
        Assert.Equal(("proc", ReadIssueKind.Untold), (issue.Path, issue.Kind));
        Assert.Contains("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH", issue.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_refusals_are_not_asked_for()
    {
        var files = new RefusingFiles(TreeFiles.Of(Host(host =>
        {
            for (var pid = 3000; pid < 4000; pid++)
            {
                host.Process(pid, "/", "/usr/bin/worker");
            }
        })), path => path.EndsWith("/fd", StringComparison.Ordinal));
        ProcessReader.Read(new HostFiles(files, Patience.Unlimited), Enabled(Gpu, "14"), HolderMemory.Empty);

        Assert.InRange(files.Asked.Count(path => path.EndsWith("/fd", StringComparison.Ordinal)), 1, 100);
    }

    [Fact]
    public void A_process_that_goes_while_it_is_looked_at_is_no_trouble()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Process(4300, Scope, Kvm).References(4)).Remove("proc/4242/cmdline").Remove("proc/4300/fd");
        var files = new HostFiles(TreeFiles.Of(tree), Patience.Unlimited);
        var facts = ProcessReader.Read(files, Enabled(Gpu, "14"), HolderMemory.Empty).Facts;

        Assert.Equal(4300, Assert.Single(facts.VirtualMachines).Pid);
        Assert.Empty(facts.Holders);
        Assert.Empty(files.Issues);
    }

    [Fact]
    public void In_a_container_of_its_own_there_are_no_machines_to_be_seen()
    {
        var tree = new HostTree().Line("proc/1/comm", "passthru-export").Text("proc/1/cmdline", "passthru-exporter\0").LinkText("proc/self/ns/pid", "pid:[4026532841]");

        var (quiet, none) = ReadWithout("nothing", tree, Enabled(Gpu, "14", driver: null));
        Assert.False(quiet.Facts.VirtualMachinesTold);
        Assert.True(quiet.Facts.HoldersTold);
        Assert.Empty(none);

        var (held, issues) = ReadWithout("nothing", tree, Enabled(Gpu, "14"));
        Assert.False(held.Facts.HoldersTold);
        Assert.Contains("container", Assert.Single(issues).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_processes_are_an_issue()
    {
        var tree = new HostTree().Line("proc/4000/comm", "passthru-export").LinkText("proc/self/ns/pid", "pid:[4026531836]");
        var (reading, issues) = ReadWithout("proc/2/comm", tree, Enabled(Gpu, "14"));

        Assert.False(reading.Facts.VirtualMachinesTold);
        Assert.False(reading.Facts.HoldersTold);
        Assert.Contains("hidepid", Assert.Single(issues).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_procfs_nothing_is_known_and_nothing_wrong()
    {
        var (reading, issues) = ReadWithout("nothing", new HostTree().Line("sys/bus/x", ""), new PciFacts { Functions = [] });

        Assert.False(reading.Facts.VirtualMachinesTold);
        Assert.True(reading.Facts.HoldersTold);
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

        var files = new RefusingFiles(TreeFiles.Of(tree), _ => false);
        var facts = ProcessReader.Read(new HostFiles(files, Patience.Unlimited), pci: null, HolderMemory.Empty).Facts;

        Assert.True(facts.HoldersTold);
        Assert.Equal(isNotSearched, !files.Asked.Contains("proc/4242/fd"));
    }

    [Fact]
    public void A_hundred_thousand_descriptors_and_a_quarter_of_a_megabyte_of_arguments_are_no_trouble()
    {
        var fake = new FakeFiles().With("proc/2/comm", "kthreadd\n").With("proc/4242/comm", "kvm\n")
            .With("proc/4242/cmdline", string.Join('\0', Kvm) + "\0" + string.Concat(Enumerable.Repeat("-smbios\0type=11,value=x\0", 8000)));
        for (var descriptor = 0; descriptor < 100_000; descriptor++)
        {
            fake.WithLink($"proc/4242/fd/{descriptor}", descriptor == 21 ? "/dev/vfio/14" : $"socket:[{descriptor}]");
        }

        var files = new RefusingFiles(fake, _ => false);
        var facts = Read(files, Enabled(Gpu, "14")).Facts;

        Assert.Equal([Some.Address(Gpu)], Assert.Single(facts.Holders).Functions);
        Assert.InRange(files.Asked.Count(path => path.StartsWith("proc/4242/fd/", StringComparison.Ordinal)), 1, 10_000);
    }

    [Fact]
    public void A_command_line_beyond_all_measure_is_an_issue_and_no_machine()
    {
        var fake = new FakeFiles().With("proc/2/comm", "kthreadd\n").With("proc/4242/comm", "kvm\n").With("proc/4242/cmdline", new string('x', 300 * 1024));
        var files = new HostFiles(fake, Patience.Unlimited);

        Assert.Empty(ProcessReader.Read(files, Enabled(Gpu, "14", "nvidia"), HolderMemory.Empty).Facts.VirtualMachines);
        Assert.Equal("proc/4242/cmdline", Assert.Single(files.Issues).Path);
    }

    [Fact]
    public void The_procfs_of_this_machine_is_understood()
    {
        using var directory = new TemporaryDirectory();
        using var open = File.OpenRead(directory.Write("dev/vfio/14", ""));
        using var root = new DirectoryFiles("/");
        var files = new HostFiles(root, Patience.Unlimited);

        Assert.Equal(["14"], OpenVfioFiles.Of(files, Environment.ProcessId)!.Groups);
        Assert.Equal(Environment.GetCommandLineArgs()[1..], CommandLine.Of(files, Environment.ProcessId)!.TakeLast(Environment.GetCommandLineArgs().Length - 1));
        Assert.Null(VmProcesses.Of(files, Environment.ProcessId));
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
                RemovalWaits = removalWaits,
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

    internal static ProcessReading Read(IFileTree tree, PciFacts? pci = null, HolderMemory? memory = null)
    {
        var files = new HostFiles(tree, Patience.Unlimited);
        var reading = ProcessReader.Read(files, pci ?? new PciFacts { Functions = [] }, memory ?? HolderMemory.Empty);
        Assert.Empty(files.Issues);
        return reading;
    }

    private static (ProcessReading Reading, IReadOnlyList<ReadIssue> Issues) ReadWithout(string refused, HostTree tree, PciFacts pci)
    {
        var files = new HostFiles(new RefusingFiles(TreeFiles.Of(tree), path => path.EndsWith(refused, StringComparison.Ordinal)), Patience.Unlimited);
        return (ProcessReader.Read(files, pci, HolderMemory.Empty), files.Issues);
    }
}
