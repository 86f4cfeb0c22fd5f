using Passthru.Facts.Capture;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Libvirt;
using Passthru.Facts.Vms.Starts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms.Starts;

/// <summary>Starts by the log of a domain's QEMU.</summary>
public sealed class DomainLogTests
{
    private const string Path = "var/log/libvirt/qemu/win11.log";

    private const string Begun = """
        2024-02-21 10:00:00.123+0000: starting up libvirt version: 9.0.0, package: 9.0.0-4 (Debian), qemu version: 7.2.9Debian 1:7.2+dfsg-7+deb12u5, kernel: 6.1.0-18-amd64, hostname: host.example
        LC_ALL=C \
        PATH=/usr/local/sbin:/usr/bin \
        /usr/bin/qemu-system-x86_64 \
        -name guest=win11,debug-threads=on \
        -object '{"qom-type":"secret","id":"masterKey0","format":"raw","file":"/var/lib/libvirt/qemu/domain-3-win11/master-key.aes"}' \
        -device '{"driver":"vfio-pci","host":"0000:01:00.0","id":"hostdev0","bus":"pci.5","addr":"0x0"}' \
        -msg timestamp=on

        """;

    private const string NotViable = """
        2024-02-21T10:00:00.723456Z qemu-system-x86_64: -device {"driver":"vfio-pci","host":"0000:01:00.0","id":"hostdev0","bus":"pci.5","addr":"0x0"}: vfio 0000:01:00.0: group 1 is not viable
        Please ensure all devices within the iommu_group are bound to their vfio bus driver.
        2024-02-21 10:00:01.003+0000: shutting down, reason=failed

        """;

    [Fact]
    public void A_start_that_failed_has_QEMUs_message() =>
        Assert.Equal(["10:00:00 False NotViable vfio 0000:01:00.0: group 1 is not viable"], Starts(Begun + NotViable));

    [Theory]
    [InlineData("destroyed")]
    [InlineData("shutdown")]
    [InlineData("crashed")]
    public void A_domain_that_ended_otherwise_had_started(string reason) =>
        Assert.Equal(["10:00:00 True"], Starts($"{Begun}2024-02-21T10:20:00.000000Z qemu-system-x86_64: vfio: Cannot reset device 0000:01:00.0, no available reset mechanism.\n2024-02-21 11:00:00.003+0000: shutting down, reason={reason}\n"));

    [Theory]
    [InlineData(true, "10:00:00 True")]
    [InlineData(false, "10:00:00 ")]
    public void Of_one_that_has_not_ended_the_managers_note_tells(bool isRunning, string told) => Assert.Equal([told], Starts(Begun, isRunning));

    [Fact]
    public void A_start_that_failed_before_QEMU_was_called_is_one() =>
        Assert.Equal(
            ["16:15:00 True", "18:34:25 False Other ", "18:34:36 False NotViable vfio 0000:01:00.0: group 1 is not viable"],
            Starts($"""
                2018-11-24 16:15:00.000+0000: starting up libvirt version: 4.0.0
                2018-11-24T16:15:43.027597Z qemu-system-x86_64: terminating on signal 15 from pid 1981 (/usr/sbin/libvirtd)
                2018-11-24 16:15:44.634+0000: shutting down, reason=destroyed
                2018-11-24 18:34:25.326+0000: shutting down, reason=failed
                2018-11-24 18:34:36.051+0000: starting up libvirt version: 4.0.0
                {NotViable}
                """));

    [Fact]
    public void Logs_that_were_turned_go_before() =>
        Assert.Equal(
            ["10:00:00 False NotViable vfio 0000:01:00.0: group 1 is not viable", "11:00:00 True"],
            Told(Vm(new FakeTree().With($"{Path}.0", Begun + NotViable).With(Path, "2024-02-21 11:00:00.123+0000: starting up libvirt version: 9.0.0\n2024-02-21 12:00:00.123+0000: shutting down, reason=shutdown\n")).Vm));

    [Fact]
    public void What_is_not_known_is_told_without_arguments() =>
        Assert.Equal(
            ["10:00:00 False Other 2024-02-21T10:00:00.723456Z qemu-system-x86_64: blockdev: Could not open it"],
            Starts($"{Begun}2024-02-21T10:00:00.723456Z qemu-system-x86_64: -blockdev {{\"driver\":\"nbd\",\"tls-creds\":\"secret\"}}: Could not open it\n2024-02-21 10:00:01.003+0000: shutting down, reason=failed\n"));

    [Fact]
    public void Without_a_log_nothing_is_known()
    {
        Assert.Null(Vm(new FakeTree()).Vm.Starts);
        var (vm, issues) = Vm(new FakeTree().Refusing(Path, Errno.AccessDenied));
        Assert.Null(vm.Starts);
        Assert.Equal(Path, Assert.Single(issues).Path);
    }

    [Fact]
    public void Of_a_long_log_the_end_is_read()
    {
        using var directory = new TemporaryDirectory();
        var file = System.IO.Path.Combine(directory.Path, Path);
        System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        var filler = string.Concat(Enumerable.Repeat("2024-02-21 09:00:00.123+0000: starting up libvirt version: 9.0.0\n", 10_000));
        File.WriteAllText(file, filler + Begun + NotViable);

        var starts = Vm(new DirectoryTree(directory.Path)).Vm.Starts!.Value;
        Assert.InRange(starts.Length, 100, 5000);
        Assert.Equal(StartFailureReason.NotViable, starts[^1].Failure?.Reason);
    }

    [Fact]
    public void A_capture_has_times_and_messages_that_are_known()
    {
        Assert.Equal(
            """
            2024-02-21 10:00:00.123+0000: starting up libvirt version
            vfio 0000:01:00.0: group 1 is not viable
            2024-02-21 10:00:01.003+0000: shutting down, reason=failed
            PCI device 0000:01:00.0 is in use by driver QEMU, domain vm-1

            """,
            DomainLog.Redact(
                Path.Split('/'),
                """
                2024-02-21 10:00:00.123+0000: starting up libvirt version
                vfio 0000:01:00.0: group 1 is not viable
                qemu-system-x86_64: -blockdev: Could not open /home/somebody/secret.qcow2
                2024-02-21 10:00:01.003+0000: shutting down, reason=failed
                PCI device 0000:01:00.0 is in use by driver QEMU, domain secret
                """,
                new Pseudonyms()));
        Assert.Equal("var/log/libvirt/qemu/vm-1.log.0", DomainLog.RedactPath($"{Path}.0", new Pseudonyms()));
        Assert.Null(DomainLog.RedactPath(Path, null));
    }

    private static string[] Starts(string log, bool isRunning = false) => Told(Vm(new FakeTree().With(Path, log), isRunning).Vm);

    private static string[] Told(Vm vm) =>
        [.. vm.Starts!.Value.Select(start => $"{start.At:HH:mm:ss} {start.Succeeded}{(start.Failure is { } failure ? $" {failure.Reason} {failure.Line}" : "")}")];

    private static (Vm Vm, IReadOnlyList<ReadIssue> Issues) Vm(IFileTree tree, bool isRunning = false)
    {
        var files = new HostReader(tree, ReadAttempt.Unlimited);
        var vms = DomainLog.Add(files, new StartLogs(StartLogCache.Empty), [SomeVms.Libvirt("win11", SomeVms.Device("hostdev0", "0000:01:00.0")) with { ManagerSaysRunning = isRunning }]);
        return (Assert.Single(vms), files.Issues);
    }
}
