using System.Collections.Immutable;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Proxmox;
using Passthru.Facts.Vms.Starts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms.Starts;

/// <summary>Starts by the task logs of a node.</summary>
public sealed class ProxmoxStartsTests
{
    private const string Directory = ProxmoxTask.Directory;
    private const string First = "UPID:pve1:00001000:00002000:65F00000:qmstart:100:root@pam:";
    private const string Second = "UPID:pve1:00001001:00002001:65F00100:qmstart:100:root@pam:";
    private const string Busy = "PCI device '0000:05:00.0' already in use by VMID '104'";

    [Fact]
    public void The_index_tells_of_starts_that_ended() =>
        Assert.Equal(["65F00000 True", $"65F00100 False Busy {Busy}"], Starts(Index($"{First} 65F00005 OK", "UPID:pve1:00001002:00002001:65F00050:qmstop:100:root@pam: 65F00055 OK", $"{Second} 65F00105 {Busy}")));

    [Theory]
    [InlineData("OK", "True")]
    [InlineData("WARNINGS: 2", "True")]
    [InlineData("got timeout", "False Other got timeout")]
    [InlineData("start failed: command '/usr/bin/kvm -id 100 -object 'secret,data=1'' failed: exit code 1", "False Other start failed: command failed: exit code 1")]
    public void A_status_is_a_success_or_an_error(string status, string told) => Assert.Equal([$"65F00000 {told}"], Starts(Index($"{First} 65F00005 {status}")));

    [Theory]
    [InlineData("received interrupt")]
    [InlineData("interrupted by signal")]
    [InlineData("unexpected status")]
    [InlineData("VM 100 already running")]
    public void What_a_person_stopped_or_that_says_nothing_of_the_VM_is_no_failure(string status) =>
        Assert.Equal(["65F00000 True"], Starts(Index($"{First} 65F00005 OK", $"{Second} 65F00105 {status}")));

    [Fact]
    public void The_output_of_the_last_start_has_QEMUs_message() =>
        Assert.Equal(
            ["65F00000 False", "65F00100 False NotViable vfio 0000:01:00.0: group 1 is not viable"],
            Starts(Index($"{First} 65F00005 start failed: QEMU exited with code 1", $"{Second} 65F00105 start failed: QEMU exited with code 1").With($"{Directory}/0/{Second}", """
                failed to reset PCI device '0000:01:00.0', but trying to continue as not all devices need a reset
                kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0: vfio 0000:01:00.0: group 1 is not viable
                Please ensure all devices within the iommu_group are bound to their vfio bus driver.
                TASK ERROR: start failed: QEMU exited with code 1

                """)));

    [Fact]
    public void What_is_not_known_is_told_by_QEMUs_last_line() =>
        Assert.Equal(
            ["65F00000 False Other kvm: drive: Could not open disk"],
            Starts(Index($"{First} 65F00005 start failed: QEMU exited with code 1").With($"{Directory}/0/{First}", "kvm: -drive file=x,password=y: Could not open disk\nTASK ERROR: start failed: QEMU exited with code 1\n")));

    /// <summary>A finished task comes into the index only when somebody lists tasks.</summary>
    [Theory]
    [InlineData("TASK OK", "65F00000 True")]
    [InlineData("TASK WARNINGS: 1", "65F00000 True")]
    [InlineData($"TASK ERROR: {Busy}", $"65F00000 False Busy {Busy}")]
    [InlineData("generating cloud-init ISO", null)]
    public void A_task_that_nobody_listed_says_itself_what_became_of_it(string lastLine, string? told) =>
        Assert.Equal(told is null ? [] : [told], Starts(new FakeTree().With($"{Directory}/active", $"{First} 0\n").With($"{Directory}/0/{First}", $"{lastLine}\n")));

    [Fact]
    public void Active_and_index_tell_of_the_same_task_once() =>
        Assert.Equal(["65F00000 True", "65F00100 True"], Starts(Index($"{First} 65F00005 OK").With($"{Directory}/active", $"{First} 1 65F00005 OK\n{Second} 1 65F00105 OK\n")));

    [Fact]
    public void The_index_before_it_was_turned_is_read_too() =>
        Assert.Equal(["65F00000 True", "65F00100 True"], Starts(Index($"{Second} 65F00105 OK").With($"{Directory}/index.1", $"{First} 65F00005 OK\n")));

    [Fact]
    public void A_backup_that_could_not_start_the_VM_is_a_failed_start()
    {
        const string backup = "UPID:pve1:00001001:00002001:65F0010A:vzdump::root@pam:";
        Assert.Equal(
            ["65F00000 True", $"65F0010A False Busy {Busy}"],
            Starts(Index($"{First} 65F00005 OK", $"{backup} 65F00105 job errors").With($"{Directory}/A/{backup}", $"""
                INFO: starting kvm to execute backup task
                ERROR: {Busy}
                ERROR: Backup of VM 100 failed - start failed: QEMU exited with code 1
                ERROR: Backup of VM 102 failed - unable to find configuration file
                TASK ERROR: job errors

                """)));
    }

    [Theory]
    [InlineData("UPID:pve1:00001000:00002000:65F00000:qmstart::root@pam: 65F00005 OK")]
    [InlineData("UPID:pve1:00001000:00002000::qmstart:100:root@pam: 65F00005 OK")]
    [InlineData("UPID:pve1:00001000:00002000:FFFFFFFFFFFFFFFFFF:qmstart:100:root@pam: 65F00005 OK")]
    [InlineData("UPID:pve1:00001000:00002000:65F00000:qmstart:101:root@pam: 65F00005 OK")]
    [InlineData("UPID:pve1:00001000:00002000:65F00000:qmstart:100:root@pam:")]
    [InlineData("\u0000\u0001 UPID")]
    [InlineData("")]
    public void Lines_of_other_kinds_are_no_starts_of_it(string line) => Assert.Empty(Starts(Index(line)));

    [Fact]
    public void Without_logs_nothing_is_known()
    {
        Assert.Null(Vm(new FakeTree(), StartLogCache.Empty).Vm.Starts);
        Assert.Null(Vm(new FakeTree().Refusing($"{Directory}/index", Errno.AccessDenied), StartLogCache.Empty).Vm.Starts);
        Assert.Equal($"{Directory}/index", Assert.Single(Vm(new FakeTree().Refusing($"{Directory}/index", Errno.AccessDenied), StartLogCache.Empty).Issues).Path);
    }

    [Fact]
    public void A_log_that_has_not_changed_is_not_read_again_and_one_that_is_turned_takes_no_start_away()
    {
        var tree = Index($"{First} 65F00005 OK").Modified($"{Directory}/index", 1000);
        var memory = Vm(tree, StartLogCache.Empty).Memory;
        var before = tree.ReadPaths.Count;
        memory = Vm(tree, memory).Memory;
        Assert.Equal(before, tree.ReadPaths.Count);

        Assert.Equal(["65F00000 True", "65F00100 True"], Told(Vm(Index($"{Second} 65F00105 OK").Modified($"{Directory}/index", 2000), memory).Vm));
    }

    [Fact]
    public void A_capture_has_no_user_no_other_task_and_no_error_that_is_not_known()
    {
        var redacted = ProxmoxStarts.Redact($"{Directory}/index".Split('/'), $"{First} 65F00005 OK\n{Second} 65F00105 volume 'secret' does not exist\nUPID:pve1:00001002:00002001:65F00050:vncproxy:100:root@pam: 65F00055 OK\n");
        Assert.Equal("UPID:pve1:00001000:00002000:65F00000:qmstart:100:user: 65F00005 OK\nUPID:pve1:00001001:00002001:65F00100:qmstart:100:user: 65F00105 redacted\n", redacted);
        Assert.Equal($"{Directory}/0/UPID:pve1:00001000:00002000:65F00000:qmstart:100:user:", ProxmoxStarts.RedactPath($"{Directory}/0/{First}", new Pseudonyms()));
        Assert.Equal(
            $"{Busy}\nTASK ERROR: start failed\n",
            ProxmoxStarts.Redact($"{Directory}/0/{First}".Split('/'), $"kvm: -drive file=secret: Could not open secret\n{Busy}\nTASK ERROR: start failed: command 'secret'\n"));
    }

    private static FakeTree Index(params string[] lines) => new FakeTree().With($"{Directory}/index", string.Join('\n', [.. lines, ""]));

    private static string[] Starts(IFileTree tree) => Told(Vm(tree, StartLogCache.Empty).Vm);

    private static string[] Told(Vm vm) =>
        [.. vm.Starts!.Value.Select(start => $"{start.At.ToUnixTimeSeconds():X8} {start.Succeeded}{(start.Failure is { } failure ? $" {failure.Reason} {failure.Line}" : "")}")];

    private static (Vm Vm, StartLogCache Memory, ImmutableArray<ReadIssue> Issues) Vm(IFileTree tree, StartLogCache memory)
    {
        var files = new HostReader(tree, ReadAttempt.Unlimited);
        var logs = new StartLogs(memory);
        var vms = ProxmoxStarts.Add(files, logs, [SomeVms.Proxmox("100", SomeVms.Device("hostpci0", "0000:01:00.0"))]);
        return (Assert.Single(vms), logs.Memory, [.. files.Issues]);
    }
}
