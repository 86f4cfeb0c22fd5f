using Passthru.Facts.KernelLog;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.KernelLog;

/// <summary>
/// Following the log of this very machine. What a process writes has the facility of users, so a follower of that facility
/// stands in for one of the kernel's.
/// </summary>
public sealed class KernelLogFollowerTests
{
    private const int Users = 1;

    [Fact]
    public void A_root_without_a_log_is_not_followed()
    {
        using var root = new TemporaryDirectory();
        Assert.Null(KernelLogFollower.Open(root.Path));
        Directory.CreateDirectory(Path.Join(root.Path, "dev"));
        File.WriteAllText(Path.Join(root.Path, "dev/kmsg"), "6,0,1,-;a record\n");
        Assert.Null(KernelLogFollower.Open(root.Path));
    }

    [Fact]
    public void What_is_logged_counts_with_the_next_look_and_once()
    {
        var device = Written();
        using var follower = KernelLogFollower.Open("/", Users)!;
        var before = Count(follower, device);
        Write($"vfio-pci {device}: not ready 65535ms after FLR; giving up");
        Assert.Equal(before + 1, Eventually(follower, device, before + 1));

        using var restarted = KernelLogFollower.Open("/", Users)!;
        Assert.Equal(before + 1, Count(restarted, device));
    }

    [Fact]
    public void What_a_process_writes_is_no_event_of_the_kernel()
    {
        var device = Written();
        using var follower = KernelLogFollower.Open("/")!;
        _ = Count(follower, device);
        Write($"vfio-pci {device}: not ready 65535ms after FLR; giving up");
        Thread.Sleep(200);

        Assert.Equal(0, Count(follower, device));
    }

    [Fact]
    public void The_log_can_be_read_as_a_file_too()
    {
        var device = Written();
        Write($"vfio-pci {device}: not ready 65535ms after FLR; giving up");
        using var tree = new DirectoryTree("/");
        var files = new HostReader(tree, ReadAttempt.Unlimited);

        Assert.NotNull(KernelLogReader.Read(files, follower: null));
        Assert.Empty(files.Issues);
    }

    /// <summary>An address that no other test writes; the test is skipped where this machine lets nobody write.</summary>
    private static string Written()
    {
        try
        {
            using var log = new FileStream("/dev/kmsg", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"/dev/kmsg: {e.Message}");
        }

        return $"{Random.Shared.Next(0x20000, 0xfffff):x}:00:00.0";
    }

    private static void Write(string text)
    {
        using var log = new FileStream("/dev/kmsg", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        log.Write(System.Text.Encoding.ASCII.GetBytes($"<12>{text}\n"));
    }

    private static long Eventually(KernelLogFollower follower, string device, long expected)
    {
        for (var tries = 0; tries < 50 && Count(follower, device) != expected; tries++)
        {
            Thread.Sleep(20);
        }

        return Count(follower, device);
    }

    private static long Count(KernelLogFollower follower, string device)
    {
        Look(follower, out var facts);
        return facts.Events.Where(count => count.Device?.ToString() == device).Sum(count => count.Count);
    }

    private static void Look(KernelLogFollower follower, out KernelLogFacts facts)
    {
        Assert.Equal(Errno.None, follower.Look(_ => null, out var seen));
        facts = seen!;
    }
}
