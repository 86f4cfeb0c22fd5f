using System.Text;
using CsCheck;
using Passthru.Exporter.Metrics;
using Passthru.Facts.Pci;
using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

public sealed class MetricsTextTests
{
    [Fact]
    public void Names_and_labels_are_those_that_users_stand_on() => Golden.Check("src/METRICS.md", MetricsReference.Markdown());

    [Fact]
    public void No_family_has_a_help_that_the_library_would_not_escape() =>
        Assert.All(Families.All, family => Assert.DoesNotContain(family.Help, c => c is '\\' or '\n' or '\r'));

    [Fact]
    public void No_family_is_there_twice() => Assert.Equal(Families.All.Length, Families.All.Select(family => family.Name).Distinct().Count());

    [Fact]
    public void Whatever_a_label_holds_the_page_has_one_sample_a_line() => Gen.String.Sample(text =>
    {
        var page = Page(Some.Facts(Some.Function() with { DeviceName = text, Group = text, Driver = new PciDriver(text, false) }));
        Assert.All(page.TrimEnd('\n').Split('\n'), line => Assert.Matches(@"^(# (HELP|TYPE) |\w+(\{.*\})? \S+$)", line));
    });

    [Fact]
    public void A_label_is_cut_at_128_and_not_in_the_middle_of_a_character()
    {
        var page = Page(Some.Facts(Some.Function() with { DeviceName = new string('x', 127) + "😀" }));
        Assert.Contains($"model=\"{new string('x', 127)}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fact_that_is_not_known_has_no_sample_and_no_family()
    {
        var page = Page(Some.Facts(Some.Function() with { Class = null, Power = new PciPower() }) with { Pci = null });
        Assert.DoesNotContain("passthru_device", page, StringComparison.Ordinal);
        Assert.DoesNotContain("passthru_iommu_enabled", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_nobody_would_hand_out_are_covered_on_request()
    {
        var facts = Some.Facts(Some.Function() with { Class = new PciClass(0x088000), ResetMethods = ["flr"] });
        Assert.DoesNotContain("passthru_device_flr_capable", Page(facts), StringComparison.Ordinal);
        Assert.Contains("passthru_device_flr_capable{device=\"0000:01:00.0\"} 1", Page(facts, all: true), StringComparison.Ordinal);
    }

    [Fact]
    public void The_process_is_told_of_only_where_it_is_asked_for()
    {
        var facts = Some.Facts();
        Assert.DoesNotContain("process_", Page(facts), StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes 5", Page(facts, process: new ProcessStatus { ResidentBytes = 5 }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_own_process_can_be_read()
    {
        var status = ProcessStatus.Read(new Passthru.Facts.Reading.Trees.DirectoryTree("/"));
        Assert.InRange(status.ResidentBytes!.Value, 1e6, 1e10);
        Assert.InRange(status.StartTime!.Value, 1.7e9, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 5);
        Assert.All([status.CpuSeconds, status.Threads, status.OpenFiles, status.MaxFiles, status.VirtualBytes], value => Assert.True(value > 0));
    }

    private static string Page(Passthru.Facts.HostFacts facts, bool all = false, ProcessStatus? process = null)
    {
        using var page = new MemoryStream();
        MetricsText.WriteAsync(new View(facts, Diagnosis.Assess(facts), all, process), page).GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(page.ToArray());
    }
}
