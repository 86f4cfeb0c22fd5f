using System.Text;
using System.Text.Json;
using Passthru.Exporter.Commands;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Findings;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>What the page and a capture say of the host's own use.</summary>
public sealed class HostDependencyPageTests
{
    public static TheoryData<string> Names => [.. UsedHosts.Names];

    [Fact]
    public async Task A_disk_controller_beside_a_USB_controller_blocks_their_group()
    {
        var page = await Read.Page(TreeFiles.Of(UsedHosts.Build("use-lvm-raid1")));

        Assert.Contains("passthru_device_critical{device=\"0000:00:17.0\",reason=\"root_disk\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_group_critical_devices{group=\"5\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_group_shared_critical{group=\"5\"} 1\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("passthru_iommu_group_shared_critical{group=\"11\"}", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_group_viable{group=\"5\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_group_state_info{group=\"5\",state=\"blocked\",domain=\"DMA-FQ\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_groups_by_state{state=\"reserved\",kind=\"gpu\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_groups_by_state{state=\"host\",kind=\"nvme\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_collector_success{collector=\"usage\"} 1\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_disks_of_a_pool_are_unknown_no_disk_is_called_uncritical()
    {
        var page = await Read.Page(TreeFiles.Of(UsedHosts.Build("use-zfs-unknown")));

        Assert.DoesNotContain("critical_devices{group=\"11\"}", page, StringComparison.Ordinal);
        Assert.DoesNotContain("critical_devices{group=\"5\"}", page, StringComparison.Ordinal);
        Assert.DoesNotContain("kind=\"nvme\"} 0", page.Split('\n').Where(line => line.StartsWith("passthru_iommu_groups_by_state", StringComparison.Ordinal)));
        Assert.Contains("passthru_iommu_group_critical_devices{group=\"12\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_iommu_group_critical_devices{group=\"13\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("passthru_collector_success{collector=\"usage\"} 1\n", page, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_capture_says_what_the_host_said(string name)
    {
        var live = TreeFiles.Of(UsedHosts.Build(name));
        var recording = new RecordingTree(live);
        var facts = Read.Facts(recording);
        var report = Diagnosis.Assess(facts);
        var file = Path.GetTempFileName();
        using (var tar = File.Create(file))
        {
            recording.WriteTo(tar, "1.0", new Redact(facts), (ReportDocument.FileName, ReportDocument.Json(report)));
        }

        var replayed = FileTree.Open(file);
        File.Delete(file);
        Assert.Equal(await Read.Page(live), await Read.Page(replayed));
        Assert.Equal(ReportDocument.Json(report), new HostReader(replayed, ReadAttempt.Unlimited).Bytes(ReportDocument.FileName, 1024 * 1024));
    }

    [Fact]
    public void A_capture_holds_no_serial_number_no_MAC_address_and_no_option_of_a_mount()
    {
        var recording = new RecordingTree(TreeFiles.Of(UsedHosts.Build("use-zfs-mirror")));
        var facts = Read.Facts(recording);
        var tar = new MemoryStream();
        recording.WriteTo(tar, "1.0", new Redact(facts));
        var text = Encoding.Latin1.GetString(tar.ToArray());

        Assert.DoesNotContain("SERIAL", text, StringComparison.Ordinal);
        Assert.DoesNotContain("00:11:22", text, StringComparison.Ordinal);
        Assert.DoesNotContain("user_id", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_tells_the_chain_and_the_sibling_in_the_way()
    {
        var tree = UsedHost.WithBootGpuOnVfio(UsedDisks.ZfsMirror, UsedNetworks.OneAddress, UsedConsoles.FramebufferLeftBehind);
        tree.Link("sys/devices/pci0000:00/0000:00:1b.0/0000:04:00.1/driver", "sys/bus/pci/drivers/snd_hda_intel");
        var report = JsonDocument.Parse(ReportDocument.Json(Diagnosis.Assess(Read.Facts(TreeFiles.Of(tree))))).RootElement;
        var root = report.GetProperty("critical").EnumerateArray().First(entry => entry.GetProperty("reason").GetString() == "root_disk");
        var group = report.GetProperty("groups").EnumerateArray().Single(entry => entry.GetProperty("group").GetString() == "14");

        Assert.Equal(["/", "rpool", "sda3", "sda", "0000:00:17.0"], root.GetProperty("chain").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal("snd_hda_intel", group.GetProperty("blockers")[0].GetProperty("driver").GetString());
        Assert.False(group.GetProperty("viable").GetBoolean());
    }
}
