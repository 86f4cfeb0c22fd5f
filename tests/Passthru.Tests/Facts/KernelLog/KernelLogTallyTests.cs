using System.Diagnostics;
using System.Text;
using CsCheck;
using Passthru.Facts.Capture;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.KernelLog;

/// <summary>Records, their properties and their numbers.</summary>
public sealed class KernelLogTallyTests
{
    private const string Reset = "vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up";

    [Theory]
    [InlineData($"4,0,1,-;{Reset}", true)]
    [InlineData($"4,0,1,-,caller=T1234;{Reset}", true)]
    [InlineData($"4,0,1,c;{Reset}", true)]
    [InlineData($"12,0,1,-;{Reset}", false)]
    [InlineData($"30,0,1,-;{Reset}", false)]
    [InlineData($"4,0,1,-:{Reset}", false)]
    [InlineData($"4;{Reset}", false)]
    [InlineData($",0,1,-;{Reset}", false)]
    [InlineData($"-4,0,1,-;{Reset}", false)]
    [InlineData($"4,x,1,-;{Reset}", false)]
    [InlineData($"[   12.345678] {Reset}", false)]
    [InlineData($" {Reset}", false)]
    public void Only_a_record_of_the_kernel_counts(string record, bool counts) => Assert.Equal(counts ? 1 : 0, Logged.Tally(record).Events.Length);

    [Theory]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n DEVICE=+pci:0000:02:00.0", "0000:02:00.0")]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n DEVICE=+pci:0000:02:00.0\n DEVICE=+pci:0000:03:00.0", "0000:02:00.0")]
    [InlineData("4,0,1,-;vfio-pci 10000:e1:00.0: not ready 65535ms after FLR; giving up", "10000:e1:00.0")]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n DEVICE=+platform:0000:02:00.0", null)]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n DEVICE=b8:0", null)]
    [InlineData("4,0,1,-;vfio-pci 01:00.0: not ready 65535ms after FLR; giving up", "0000:01:00.0")]
    [InlineData("4,0,1,-;at 0000:01:00.0 not ready 65535ms after FLR; giving up", null)]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.8: not ready 65535ms after FLR; giving up", null)]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.00: not ready 65535ms after FLR; giving up", null)]
    [InlineData("4,0,1,-;something not ready 65535ms after FLR; giving up", null)]
    public void The_function_is_that_of_the_record_or_of_its_prefix(string record, string? device) =>
        Assert.Equal(device is null ? [] : [$"ResetFailed {device} 1"], Logged.Events(Logged.Tally(record)));

    [Fact]
    public void Where_a_log_has_device_lines_a_record_of_a_function_has_one()
    {
        const string other = "6,0,1,-;usb 1-1: new device\n DEVICE=+usb:1-1\n";

        Assert.Empty(Logged.Tally($"{other}4,1,1,-;{Reset}").Events);
        Assert.Equal(["ResetFailed 0000:01:00.0 1"], Logged.Events(Logged.Tally($"{other}4,1,1,-;{Reset}\n DEVICE=+pci:0000:01:00.0")));
        Assert.Equal(["MemoryLimit - 1"], Logged.Events(Logged.Tally($"{other}4,1,1,-;vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded")));
    }

    [Fact]
    public void The_last_record_is_remembered_and_when_it_was_logged()
    {
        var facts = Logged.Tally($"4,0,5000000,-;vfio-pci 0000:01:00.0: not ready 65535ms after bus reset; giving up\n4,1,7500000,-;{Reset}");
        var count = Assert.Single(facts.Events);

        Assert.Equal((2, TimeSpan.FromSeconds(7.5), Reset), (count.Count, count.LastAt, count.LastText));
    }

    [Fact]
    public void A_record_that_is_read_as_it_is_written_has_the_time_of_the_clock()
    {
        var tally = new KernelLogTally { Clock = 9_000_000 };
        tally.Add(Encoding.ASCII.GetBytes($"4,0,5000000,-;{Reset}"));
        tally.EndRecord();

        Assert.Equal(TimeSpan.FromSeconds(9), Assert.Single(tally.ToFacts(lostComplete: true).Events).LastAt);
    }

    [Theory]
    [InlineData(1, 30, 59)]
    [InlineData(2, 61)]
    [InlineData(2, 59, 120)]
    public void A_device_that_is_lost_is_lost_once_in_a_minute(int expected, params int[] seconds)
    {
        var records = seconds.Prepend(0).Select((second, i) => $"4,{i},{second}000000,-;xhci_hcd 0000:06:00.0: HC died; cleaning up");
        Assert.Equal([$"DeviceLost 0000:06:00.0 {expected}"], Logged.Events(Logged.Tally(string.Join('\n', records))));
    }

    [Fact]
    public void Where_a_controller_is_the_log_says_or_sysfs_and_it_is_not_forgotten()
    {
        var tally = new KernelLogTally();
        tally.Add("4,0,1,-;nvme nvme0: controller is down; will reset: CSTS=0xffffffff"u8);
        tally.EndRecord();
        Assert.Equal(["DeviceLost - 1"], Logged.Events(tally.ToFacts(lostComplete: true)));

        tally.PlaceAll(name => name == "nvme0" ? new PciAddress(0, 2, 0, 0) : null);
        tally.PlaceAll(_ => null);
        tally.Add("4,1,90000000,-;nvme nvme0: controller is down; will reset: CSTS=0xffffffff"u8);
        tally.EndRecord();
        Assert.Equal(["DeviceLost 0000:02:00.0 2"], Logged.Events(tally.ToFacts(lostComplete: true)));
    }

    [Fact]
    public void Interrupts_and_memory_are_told_apart()
    {
        var facts = Logged.Tally(Logged.Records("DMAR: [INTR-REMAP] Request device [02:00.1] fault index 0x1 [fault reason 0x22]\nDMAR: [DMA Read NO_PASID] Request device [02:00.1] fault addr 0x1"));

        Assert.Equal((2, 1), (facts.Events[0].Count, facts.Events[0].OfInterrupts));
    }

    [Fact]
    public void An_invalidation_is_complete_after_its_last_record_or_some_others()
    {
        var tally = new KernelLogTally();
        tally.Add("3,0,1,-;DMAR: VT-d detected Invalidation Time-out Error: SID 0"u8);
        tally.EndRecord();
        Assert.Empty(tally.ToFacts(lostComplete: true).Events);

        for (var i = 1; i < 10; i++)
        {
            tally.Add(Encoding.ASCII.GetBytes($"6,{i},1,-;other"));
        }

        Assert.Equal(["InvalidationTimeout - 1"], Logged.Events(tally.ToFacts(lostComplete: true)));
    }

    [Fact]
    public void Properties_of_other_records_belong_to_them()
    {
        var facts = Logged.Tally($"6,0,1,-;usb 1-1: new device\n DEVICE=+pci:0000:09:00.0\n4,1,1,-;{Reset}\n DEVICE=+pci:0000:01:00.0\n6,2,1,-;other\n DEVICE=+pci:0000:0a:00.0");

        Assert.Equal(["ResetFailed 0000:01:00.0 1"], Logged.Events(facts));
    }

    [Theory]
    [InlineData("4,0,1,-;Warning: PCIe ACS overrides enabled; This may allow non-IOMMU protected peer-to-peer DMA", true, false)]
    [InlineData("5,0,1,-;Unknown kernel command line parameters \"BOOT_IMAGE=/vmlinuz pcie_acs_override=downstream\", will be passed to user space.", false, true)]
    [InlineData("5,0,1,-;Unknown kernel command line parameters \"BOOT_IMAGE=/vmlinuz splash\", will be passed to user space.", false, false)]
    [InlineData("5,0,1,-;Kernel command line: quiet pcie_acs_override=downstream", false, false)]
    [InlineData("12,0,1,-;Warning: PCIe ACS overrides enabled; This may allow non-IOMMU protected peer-to-peer DMA", false, false)]
    [InlineData("6,0,1,-;x[7]: Warning: PCIe ACS overrides enabled; This may allow", false, false)]
    public void What_the_kernel_says_of_the_override_is_heard(string record, bool enabled, bool unknown)
    {
        var acs = Logged.Tally(record).Acs;
        Assert.Equal((enabled, unknown), (acs.OverrideEnabled, acs.OverrideUnknown));
    }

    [Theory]
    [InlineData("6,0,1,-;pci 0000:00:1c.0: Intel PCH root port ACS workaround enabled", "0000:00:1c.0 True")]
    [InlineData("4,0,1,-;pci 0000:00:1c.4: Failed to enable Intel PCH ACS quirk", "0000:00:1c.4 False")]
    [InlineData("6,0,1,-;pci 0000:00:1c.0: Intel SPT PCH root port ACS workaround enabled", "")]
    [InlineData("6,0,1,-;a 0000:00:1c.0 b: Intel PCH root port ACS workaround enabled", "")]
    public void Chipset_ports_with_a_workaround_are_named(string record, string port) =>
        Assert.Equal(port, string.Join(';', Logged.Tally(record).Acs.Workarounds.Select(it => $"{it.Port} {it.IsEnabled}")));

    [Fact]
    public void Gaps_in_the_numbers_are_losses_from_the_start_of_the_boot()
    {
        Assert.Equal(0, Logged.Tally("6,0,1,-;a\n6,1,1,-;b").Lost);
        Assert.Equal(100, Logged.Tally("6,100,1,-;a\n6,101,1,-;b").Lost);
        Assert.Equal(7, Logged.Tally("6,0,1,-;a\n30,5,1,-;b\n6,9,1,-;c\n6,9,1,-;again\n6,3,1,-;old").Lost);
        Assert.Equal(long.MaxValue, Logged.Tally($"6,{ulong.MaxValue - 1},1,-;a\n6,{ulong.MaxValue},1,-;b").Lost);
    }

    [Fact]
    public void A_flood_of_functions_is_counted_in_bounded_memory()
    {
        var tally = new KernelLogTally();
        for (var i = 0; i < 20_000; i++)
        {
            tally.Add(Encoding.ASCII.GetBytes($"4,{i},1,-;vfio-pci {i:x4}:01:00.0: not ready 65535ms after FLR; giving up"));
        }

        tally.EndRecord();
        var facts = tally.ToFacts(lostComplete: true);
        Assert.Equal(513, facts.Events.Length);
        Assert.Equal(20_000, facts.Events.Sum(count => count.Count));
        Assert.Contains(facts.Events, count => count is { Device: null, Count: 20_000 - 512 });
    }

    /// <summary>The kernel can log 100,000 records a second. The quickest of some rounds counts: others want the processor, too.</summary>
    [Theory]
    [InlineData("vfio-pci 0000:01:00.0: BAR 1: of a record that goes on for as long as records of the kernel usually do")]
    [InlineData("usb 1-1: new high-speed USB device number 2 using xhci_hcd, and so on for as long as records usually do")]
    [InlineData("DMAR: [DMA Read NO_PASID] Request device [01:00.0] fault addr 0x7cd80000 [fault reason 0x06] PTE Read access is not set")]
    public void A_flood_of_records_costs_less_than_ten_microseconds_each_and_no_memory(string text)
    {
        const int records = 20_000;
        var tally = new KernelLogTally();
        var line = Encoding.ASCII.GetBytes($"4,1,1,-;{text}");
        tally.Add(line);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var quickest = Enumerable.Range(0, 20).Min(_ => Time(() => tally.Add(line), records));

        Assert.InRange(quickest, TimeSpan.Zero, TimeSpan.FromMicroseconds(10 * records));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 16384);
    }

    private static TimeSpan Time(Action act, int times)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < times; i++)
        {
            act();
        }

        return clock.Elapsed;
    }

    [Fact]
    public void A_file_of_records_is_read_as_the_log_and_a_capture_keeps_the_events_alone()
    {
        var log = $"6,0,1,-;Command line: secret=1\n4,1,1,-;{Reset}\n SUBSYSTEM=pci\n DEVICE=+pci:0000:02:00.0\n6,2,1,-;secret\n DEVICE=+pci:0000:09:00.0\n";
        var tree = new FakeTree().With("dev/kmsg", log);
        var recording = new RecordingTree(tree);
        var facts = KernelLogReader.Read(new HostReader(recording, ReadAttempt.Unlimited), follower: null);
        using var tar = new MemoryStream();
        recording.WriteTo(tar, "test", Redaction.None);
        tar.Position = 0;
        var replayed = KernelLogReader.Read(new HostReader(TarTree.Load(tar), ReadAttempt.Unlimited), follower: null);

        Assert.Equal(["ResetFailed 0000:02:00.0 1"], Logged.Events(facts));
        Assert.Equal(Logged.Events(facts), Logged.Events(replayed));
        Assert.Null(facts!.Lost);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(tar.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void No_log_is_no_issue_and_a_refused_one_is()
    {
        var absent = new HostReader(new FakeTree(), ReadAttempt.Unlimited);
        var refused = new HostReader(new FakeTree().Refusing("dev/kmsg", Errno.NotPermitted), ReadAttempt.Unlimited);

        Assert.Null(KernelLogReader.Read(absent, follower: null));
        Assert.Empty(absent.Issues);
        Assert.Null(KernelLogReader.Read(refused, follower: null));
        Assert.Equal("operation not permitted", Assert.Single(refused.Issues).Detail);
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_no_events_of_functions_they_do_not_name() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            var tally = new KernelLogTally();
            tally.Add(bytes);
            tally.Add([.. Encoding.ASCII.GetBytes($"4,1,1,-;{Reset}"), .. bytes]);
            tally.Add([(byte)' ', .. bytes]);
            tally.EndRecord();
            Assert.Single(tally.ToFacts(lostComplete: true).Events);
        },
        iter: 5000,
        threads: 1);
}
