using System.Diagnostics;
using System.Text;
using CsCheck;
using Passthru.Facts.Files;
using Passthru.Facts.KernelLog;
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
    [InlineData("4,0,1,-;nvidia: not ready 65535ms after FLR; giving up\n SUBSYSTEM=pci\n DEVICE=+pci:0000:02:00.0", "0000:02:00.0")]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n DEVICE=+pci:0000:02:00.0\n DEVICE=+pci:0000:03:00.0", "0000:02:00.0")]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n DEVICE=+platform:0000:02:00.0", "0000:01:00.0")]
    [InlineData("4,0,1,-;vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n DEVICE=b8:0", "0000:01:00.0")]
    [InlineData("4,0,1,-;v1.2.3 at 12:34.5 of 0000:01:00.0 not ready 65535ms after FLR; giving up", "0000:01:00.0")]
    [InlineData("4,0,1,-;device 01:00.0 not ready 65535ms after FLR; giving up", "0000:01:00.0")]
    [InlineData("4,0,1,-;device 10000:e1:00.0 not ready 65535ms after FLR; giving up", "10000:e1:00.0")]
    [InlineData("4,0,1,-;device 0000:01:00.8 not ready 65535ms after FLR; giving up", "-")]
    [InlineData("4,0,1,-;device 0000:01:00.00 not ready 65535ms after FLR; giving up", "-")]
    [InlineData("4,0,1,-;something not ready 65535ms after FLR; giving up", "-")]
    public void The_function_is_the_one_the_kernel_names_or_the_one_in_the_text(string record, string device) =>
        Assert.Equal([$"ResetTimeout {device} 1"], Logged.Events(Logged.Tally(record)));

    [Fact]
    public void Properties_of_other_records_belong_to_them()
    {
        var facts = Logged.Tally($"6,0,1,-;usb 1-1: new device\n DEVICE=+pci:0000:09:00.0\n4,1,1,-;{Reset}\n6,2,1,-;other\n DEVICE=+pci:0000:0a:00.0");

        Assert.Equal(["ResetTimeout 0000:01:00.0 1"], Logged.Events(facts));
    }

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
        var facts = tally.ToFacts(lostTold: true);
        Assert.Equal(513, facts.Events.Length);
        Assert.Equal(20_000, facts.Events.Sum(count => count.Count));
        Assert.Contains(facts.Events, count => count is { Device: null, Count: 20_000 - 512 });
    }

    [Fact]
    public void A_flood_of_other_records_costs_less_than_ten_microseconds_each_and_no_memory()
    {
        const int rounds = 200, records = 1000;
        var tally = new KernelLogTally();
        var line = Encoding.ASCII.GetBytes("4,1,1,-;vfio-pci 0000:01:00.0: BAR 1: of a record that goes on for as long as records of the kernel usually do");
        tally.Add(line);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var quickest = TimeSpan.MaxValue;    // On a busy machine the others have waited for a processor.
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < records; i++)
            {
                tally.Add(line);
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            quickest = elapsed < quickest ? elapsed : quickest;
        }

        Assert.InRange(quickest, TimeSpan.Zero, TimeSpan.FromMicroseconds(10 * records));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 4096);
    }

    [Fact]
    public void A_file_of_records_is_read_as_the_log_and_a_capture_keeps_the_events_alone()
    {
        var log = $"6,0,1,-;Command line: secret=1\n4,1,1,-;{Reset}\n SUBSYSTEM=pci\n DEVICE=+pci:0000:02:00.0\n6,2,1,-;secret\n DEVICE=+pci:0000:09:00.0\n";
        var tree = new FakeFiles().With("dev/kmsg", log);
        var recording = new RecordingFiles(tree);
        var facts = KernelLogReader.Read(new HostFiles(recording, Patience.Unlimited), follower: null);
        using var tar = new MemoryStream();
        recording.WriteTo(tar, "test", Redaction.None);
        tar.Position = 0;
        var replayed = KernelLogReader.Read(new HostFiles(ArchiveFiles.Load(tar), Patience.Unlimited), follower: null);

        Assert.Equal(["ResetTimeout 0000:02:00.0 1"], Logged.Events(facts));
        Assert.Equal(Logged.Events(facts), Logged.Events(replayed));
        Assert.Null(facts!.Lost);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(tar.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void No_log_is_no_issue_and_a_refused_one_is()
    {
        var absent = new HostFiles(new FakeFiles(), Patience.Unlimited);
        var refused = new HostFiles(new FakeFiles().Refusing("dev/kmsg", Errno.NotPermitted), Patience.Unlimited);

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
            tally.Add([.. Encoding.ASCII.GetBytes("4,1,1,-;not ready 1ms after FLR; giving up"), .. bytes]);
            tally.Add([(byte)' ', .. bytes]);
            tally.EndRecord();
            Assert.Single(tally.ToFacts(lostTold: true).Events);
        },
        iter: 5000,
        threads: 1);
}
