using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms.Proxmox;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

/// <summary>The real thing: a mount below /etc/pve that hangs in the kernel. Wants root and /dev/fuse.</summary>
public sealed class ProxmoxHangTests
{
    [Fact]
    public void A_mount_that_hangs_costs_one_wait_and_is_read_again_once_it_is_gone()
    {
        using var root = new TemporaryDirectory();
        root.Write("etc/hostname", "pve1\n");
        root.Write("etc/pve/qemu-server/100.conf", "name: one\n");
        using var tree = new DirectoryTree(root.Path);
        using var mount = HangingMount.TryOn($"{root.Path}/etc/pve");
        Assert.SkipWhen(mount is null, "no mount of FUSE can be made here: this is NOT tested");

        var reader = new ReadSupervisor(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20));
        var start = Environment.TickCount64;
        for (var i = 0; i < 100; i++)
        {
            var (vms, issues) = Read(reader, tree);
            Assert.Null(vms);
            Assert.Equal(new ReadIssue("etc/pve", ReadIssueKind.NoAnswer, "did not answer in time"), Assert.Single(issues));
        }

        Assert.InRange(Environment.TickCount64 - start, 200, 5000);
        using (var host = new DirectoryTree("/"))
        {
            Assert.InRange(WaitingInKernel(host), 0, 1);
        }

        mount.Dispose();
        Assert.True(SpinWait.SpinUntil(() => Read(reader, tree).Vms == 1, TimeSpan.FromSeconds(10)));
    }

    private static (int? Vms, IReadOnlyList<ReadIssue> Issues) Read(ReadSupervisor reader, DirectoryTree tree) => reader.Read(attempt =>
    {
        var files = new HostReader(tree, attempt);
        return (ProxmoxReader.Read(files).Vms?.Length, files.Issues);
    });

    /// <summary>Threads of this process that wait for FUSE to answer.</summary>
    private static int WaitingInKernel(DirectoryTree host) => Directory.GetDirectories("/proc/self/task").Count(task =>
        new HostReader(host, ReadAttempt.Unlimited).Text($"{task[1..]}/wchan") is { } at
        && (at.Contains("fuse", StringComparison.Ordinal) || at.Contains("request_wait", StringComparison.Ordinal)));
}
