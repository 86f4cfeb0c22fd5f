using System.Globalization;
using System.Text;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Dashboards;

/// <summary>
/// What Prometheus has of a fleet that it has watched for a while: six hours, and a moment of each day of the four weeks before. Each
/// host looks like one fixture host after another. Rules are evaluated over all of it; alerts as if none of them waited.
/// </summary>
internal static class DemoFleet
{
    /// <summary>Hosts, the minutes before the end since when, and the fixture host whose page they have then; null: no answer.</summary>
    private static readonly (string Host, int Since, string? Page)[] Story =
    [
        ("pve-01", 43200, "own-healthy"),
        ("pve-02", 43200, "own-pve-gpu"),
        ("pve-03", 43200, "own-pve-driver-keep"), ("pve-03", 250, "own-pve-nic-lost"), ("pve-03", 210, "bad-log"), ("pve-03", 48, "own-pve-nic-lost"),
        ("pve-04", 43200, "own-pve-nic-stopped"), ("pve-04", 96, "own-device-gone"),
        ("pve-05", 36000, "own-pve-driver-keep"), ("pve-05", 24, "own-pve-stale-qemu"),
        ("pve-06", 36000, "own-healthy"), ("pve-06", 4, "bad-log"),
        ("pve-07", 30000, "own-pve-takes-root-disk"),
        ("pve-08", 30000, "own-pve-driver-keep"), ("pve-08", 2, "bad-errors"),
        ("pve-09", 120, "bad-spare-chassis"),
        ("pve-10", 43200, "bad-power"),
        ("pve-11", 21600, "bad-firmware-region"),
        ("pve-12", 21600, "bad-not-viable"),
        ("pve-13", 21600, "own-healthy"), ("pve-13", 26, null),
        ("pve-14", 10080, "own-pve-black-screen"),
        ("pve-15", 10080, "own-pve-windows"),
        ("pve-16", 10080, "own-pve-other-card"),
        ("pve-17", 10080, "bad-next-boot"),
        ("pve-18", 10080, "own-pve-two-vms-one-card"),
        ("pve-19", 10080, "own-not-returned"),
        ("kvm-01", 43200, "own-libvirt"),
        ("kvm-02", 43200, "own-libvirt"), ("kvm-02", 130, "own-libvirt-unmanaged"),
        ("kvm-03", 25000, "own-kubevirt"),
        ("kvm-04", 43200, "bad-override"),
        ("gpu-01", 14400, "intel-server"),
        ("arm-01", 28800, "arm64"),
        ("lab-01", 43200, "bad-no-iommu"),
        ("lab-02", 43200, "bad-unsafe"),
        ("lab-03", 20000, "unprivileged"),
        ("lab-04", 20000, "own-pve-garbage"),
        ("lab-05", 300, "bad-initramfs"),
        ("lab-06", 7200, "bad-vfio-not-loaded"),
        ("lab-07", 7200, "iommu-off-kernel"),
    ];

    /// <summary>Families that the numbers of a fleet over weeks are made of.</summary>
    private static readonly HashSet<string> Reviewed =
    [
        "passthru_iommu_groups_by_state", "passthru_devices", "passthru_host_info", "passthru_iommu_enabled", "passthru_acs_override_active",
        "passthru_device_ownership_mismatch",
    ];

    /// <summary>Four minutes: a series without a sample for five has ended, as far as Prometheus can see.</summary>
    public const int Step = 240;

    /// <summary>The last moment that the fleet has been watched at, where that is to be at most a given time.</summary>
    public static long End(long now) => now - (now % Step);

    /// <summary>Writes the fleet into a directory for Prometheus, which has nothing yet.</summary>
    public static async Task Write(string data, long end)
    {
        var samples = new StringBuilder();
        foreach (var host in Story.GroupBy(it => it.Host))
        {
            var starts = host.Select(it => end - (it.Since * 60)).Append(end + 1).ToList();
            foreach (var (index, phase) in host.Index())
            {
                Tell(samples, phase.Host, phase.Page, end, starts[index], starts[index + 1]);
            }
        }

        await Store(data, samples);
        await DemoRecording.Write(data, Recent(end), Daily(end));
    }

    /// <summary>Adds the samples of a series that has one value for a while.</summary>
    public static void Tell(StringBuilder samples, string series, string value, IEnumerable<long> times)
    {
        foreach (var time in times)
        {
            samples.Append(CultureInfo.InvariantCulture, $"{series} {value} {time}\n");
        }
    }

    /// <summary>Adds samples, in OpenMetrics without its last line, to what a directory for Prometheus has.</summary>
    public static async Task Store(string data, StringBuilder samples)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("samples.om", samples.Append("# EOF\n").ToString());
        var (code, said) = await Tools.Run("", "promtool", "tsdb", "create-blocks-from", "openmetrics", file, data);
        Assert.True(code == 0, said);
    }

    private static Moments Recent(long end) => new(end - (6 * 3600), end, Step);

    private static Moments Daily(long end)
    {
        var midnight = end - (end % 86400);
        return new(midnight - (28 * 86400), midnight - 86400, 86400);
    }

    /// <summary>Adds what a host says from one time until before another.</summary>
    private static void Tell(StringBuilder samples, string host, string? page, long end, long from, long to)
    {
        var recent = Recent(end).All.Where(time => time >= from && time < to).ToList();
        var daily = Daily(end).All.Where(time => time >= from && time < to).ToList();
        var up = page is null ? "0" : "1";
        Tell(samples, new PageLine("up", "", up).Series(host), up, daily.Concat(recent));
        if (page is null)
        {
            return;
        }

        // Without a pause between two pages, both would hold for a while.
        recent.RemoveAll(time => to <= end && time >= to - 300);
        foreach (var line in PageLine.Of(File.ReadAllText(Path.Join(Golden.Repository, $"tests/hosts/{page}/metrics.prom"))))
        {
            if (line.Name.StartsWith("passthru_", StringComparison.Ordinal))
            {
                // What a host has logged it logs when it begins to look so: rules ask how long ago that was.
                var value = line.Name == "passthru_kernel_event_last_timestamp_seconds" ? from.ToString(CultureInfo.InvariantCulture) : line.Value;
                Tell(samples, line.Series(host), value, Reviewed.Contains(line.Name) ? daily.Concat(recent) : recent);
            }
        }
    }
}
