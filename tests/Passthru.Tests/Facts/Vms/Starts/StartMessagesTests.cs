using Passthru.Facts.Vms.Starts;
using Passthru.Tests.Hosts;

namespace Passthru.Tests.Facts.Vms.Starts;

/// <summary>What QEMU and the managers say, and what it is read as.</summary>
public sealed class StartMessagesTests
{
    public static TheoryData<string, string> Rows => [.. StartLogRows.All.Select(row => (row.Expected, row.Line))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_line_is_read_as_its_reason_and_function(string expected, string line)
    {
        var failure = StartMessages.Read(line);

        Assert.Equal(expected, $"{failure?.Reason} {failure?.Function?.ToString() ?? "-"}");
        Assert.Equal(failure, StartMessages.Read(failure!.Line!));
        Assert.DoesNotContain("-device", failure.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wording_has_a_line_that_it_alone_is_the_first_to_fit()
    {
        var met = StartLogRows.All.Select(row => StartMessages.All.First(message => message.Read(row.Line) is not null).Wording).ToHashSet();
        Assert.Empty(StartMessages.All.Select(message => message.Wording).Except(met));
    }

    [Fact]
    public void Every_reason_but_other_has_a_line() =>
        Assert.Equal(
            Enum.GetNames<StartFailureReason>().Where(name => name != nameof(StartFailureReason.Other)).Order(),
            StartLogRows.All.Select(row => row.Expected.Split(' ')[0]).Distinct().Order());

    [Theory]
    [InlineData("char device redirected to /dev/pts/1 (label charserial0)")]
    [InlineData("2024-02-21T10:11:12.123456Z qemu-system-x86_64: terminating on signal 15 from pid 901 (/usr/sbin/libvirtd)")]
    [InlineData("WARN: iothread is only valid with virtio disk or virtio-scsi-single controller, ignoring")]
    [InlineData("-device vfio-pci,host=0000:01:00.0,id=hostdev0 \\")]
    [InlineData("")]
    public void Other_lines_are_none_of_them(string line) => Assert.Null(StartMessages.Read(line));

    [Fact]
    public void An_error_goes_before_a_warning()
    {
        const string warning = "failed to reset PCI device '0000:02:00.0', but trying to continue as not all devices need a reset";
        Assert.Equal(StartFailureReason.Busy, StartMessages.Explain([warning, "vfio 0000:02:00.0: failed to open /dev/vfio/9: Device or resource busy"])?.Reason);
        Assert.Equal(StartFailureReason.Reset, StartMessages.Explain(["something else", warning])?.Reason);
        Assert.Null(StartMessages.Explain(["something else"]));
    }

    [Theory]
    [InlineData("start failed: command '/usr/bin/kvm -id 100 -vnc unix:/x,password -object 'secret,id=s,data=topsecret'' failed: exit code 1", "start failed: command failed: exit code 1")]
    [InlineData("start failed: command '/usr/bin/kvm -object secret,data=topsecret", "start failed: command")]
    [InlineData("kvm: -object secret,id=s,data=topsecret: something is wrong", "kvm: object: something is wrong")]
    [InlineData("qemu: -chardev {\"id\": \"x\", \"password\": \"topsecret\"}: something: is wrong", "qemu: chardev: something: is wrong")]
    [InlineData("kvm: -object secret,data=topsecret", "kvm: object")]
    [InlineData("-object secret,data=topsecret", "-")]
    [InlineData("VM is locked (backup)", "VM is locked (backup)")]
    public void What_is_not_known_is_told_without_arguments(string line, string told)
    {
        Assert.Equal(told, StartLine.Clean(line));
        Assert.Equal(told, StartLine.Clean(told));
        Assert.Null(StartLine.Known(line));
    }

    [Fact]
    public void A_line_has_an_end() => Assert.Equal(300, StartLine.Clean(new string('x', 5000)).Length);
}
