using System.Text;
using System.Text.RegularExpressions;
using Passthru.Tests.Alerts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Dashboards;

/// <summary>The console that Prometheus itself serves.</summary>
public sealed partial class ConsoleTests(HostsNow hosts) : IClassFixture<HostsNow>
{
    [Fact]
    public async Task It_shows_who_has_the_devices_of_the_fleet()
    {
        var rows = await Rows("");

        Assert.Contains("pve-03|0000:03:00.0|lost|igb|proxmox|100|I210 Gigabit Network Connection", rows);
        Assert.Contains("pve-04|0000:0a:00.0|gone|none|config|gpu-1|", rows);
        Assert.Contains("pve-01|0000:03:00.0|network|vfio-pci|config|router|I210 Gigabit Network Connection", rows);
        Assert.Contains("kvm-04|yes|on|on|active|none|6.8.12-4-pve|ROG STRIX B450-F GAMING II, 4901", rows);
        Assert.Contains("lab-01|yes|off|on|no|none|6.8.12-4-pve|X11SCL-F, 2.2", rows);
        Assert.Contains(rows, row => Regex.IsMatch(row, @"^lab-04\|yes\|on\|on\|no\|proxmox\s*\|"));
        Assert.Contains("pve-13|no|unknown|unknown|unknown|unknown|unknown|unknown", rows);
    }

    [Fact]
    public async Task It_shows_one_host()
    {
        var rows = await Rows("?instance=pve-03");

        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.StartsWith("pve-03|", row, StringComparison.Ordinal));
    }

    /// <summary>Names come out as they are, and a name that is none changes no query.</summary>
    [Fact]
    public async Task What_a_name_holds_stays_a_name()
    {
        Assert.Contains(await Rows("?instance=arm-01"), row => row.EndsWith("MP32-AR0-00 \\ rev &#34;C&#34;, F31n (SCP: 2.10.20220810)", StringComparison.Ordinal));
        Assert.Empty(await Rows("?instance=" + Uri.EscapeDataString("x\"} or up{job=~\".+")));
    }

    /// <summary>Cells of each row that is no heading, without marks.</summary>
    private async Task<List<string>> Rows(string query)
    {
        var page = await hosts.Prometheus.Client.GetStringAsync($"/consoles/passthru.html{query}", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<no value>", page, StringComparison.Ordinal);
        return [.. Row().Matches(page).Select(row => string.Join('|', row.Groups[1].Value.Split("<td>").Skip(1).Select(cell => Mark().Replace(cell, "").Trim())))];
    }

    [GeneratedRegex(@"<tr>(<td>.*?)</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Mark();
}

/// <summary>A Prometheus with a few hosts that it sees now: a console cannot be asked for another time.</summary>
public sealed class HostsNow : IAsyncLifetime
{
    private static readonly (string Host, string? Page)[] Hosts =
    [
        ("pve-01", "own-healthy"), ("pve-03", "own-pve-nic-lost"), ("pve-04", "own-device-gone"), ("kvm-04", "bad-override"),
        ("lab-01", "bad-no-iommu"), ("lab-04", "own-pve-garbage"), ("arm-01", "arm64"), ("pve-13", null),
    ];

    private readonly TemporaryDirectory _directory = new();
    private Daemon? _prometheus;

    internal Daemon Prometheus => _prometheus!;

    public async ValueTask InitializeAsync()
    {
        var data = Path.Join(_directory.Path, "data");
        await DemoFleet.Store(data, Samples(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        _prometheus = await DemoPrometheus.On(data);
    }

    public ValueTask DisposeAsync()
    {
        _prometheus?.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>From a minute ago on, for as long as the tests may take.</summary>
    private static StringBuilder Samples(long now)
    {
        var samples = new StringBuilder();
        foreach (var (host, page) in Hosts)
        {
            var text = page is null ? "" : File.ReadAllText(Path.Join(Golden.Repository, $"tests/hosts/{page}/metrics.prom"));
            foreach (var line in PageLine.Of(text).Append(new PageLine("up", "", page is null ? "0" : "1")))
            {
                DemoFleet.Tell(samples, line.Series(host), line.Value, new Moments(now - 60, now + 1200, DemoFleet.Step).All);
            }
        }

        return samples;
    }
}
