using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using CsCheck;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Page;
using Passthru.Exporter.Text;
using Passthru.Exporter.Topology;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Topology;

/// <summary>What the forms of the topology show, and what they do with text from outside.</summary>
public sealed class TopologyTests
{
    [Fact]
    public void The_tree_hangs_devices_below_their_ports_and_marks_what_the_host_lives_on()
    {
        var lines = TopologyText.Render(Wired(TopologyHosts.Small())).Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        var port = lines.IndexOf("├─ 0000:00:01.0 1 pcieport root port: Intel Comet Lake PCIe Root Port");
        Assert.Equal("│ ├─ 0000:01:00.0 [1] 2 vfio-pci 110 graphics: NVIDIA GA104 [GeForce RTX 3070]", lines[port + 1]);
        Assert.Equal("│ └─ 0000:01:00.1 [1] 2 vfio-pci 110 sound: NVIDIA GA104 High Definition Audio Controller", lines[port + 2]);
        Assert.Contains("│ ! the host needs it: root file system / → pve-root → sda3 → sda", lines);
    }

    [Fact]
    public void A_machine_shows_what_its_start_drags_along()
    {
        var vm = Wired(TopologyHosts.Small()).Vms!.Value.Single(vm => vm.Id == "120");
        Assert.Equal(["0000:00:17.1", "0000:03:00.0"], vm.Takes.Select(taken => taken.Address));
        Assert.Equal(["0000:00:17.0"], vm.DragsAlong!.Value);
        Assert.Equal(["0000:00:17.0"], vm.TakesCritical!.Value);
        Assert.Contains("  its start drags along 0000:00:17.0\n", TopologyText.Render(Wired(TopologyHosts.Small())), StringComparison.Ordinal);
        Assert.Contains("Its start drags along the rest of the group", Page(TopologyHosts.Small()), StringComparison.Ordinal);
    }

    [Fact]
    public void Virtual_functions_are_told_in_one_line_but_those_that_a_machine_has()
    {
        var lines = TopologyText.Render(Wired(TopologyHosts.Huge())).Split('\n');
        Assert.Contains(lines, line => line.EndsWith("48 virtual functions: 8 on vfio-pci, 40 without driver; groups 21-68", StringComparison.Ordinal));
        Assert.Equal(24, lines.Count(line => line.Contains("virtual function: Mellanox", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_was_not_read_is_left_out_of_every_form()
    {
        var view = Wired(Some.Facts() with { Pci = null });
        Assert.Null(view.Buses);
        Assert.Null(view.Groups);
        Assert.Null(view.Vms);
        using var json = JsonDocument.Parse(TopologyJson.Render(view));
        Assert.Equal(["version", "takenAt", "host"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.DoesNotContain("<h2", Page(Some.Facts() with { Pci = null }), StringComparison.Ordinal);
        Assert.Contains("IOMMU: unknown", TopologyText.Render(view), StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_read_is_named()
    {
        var issue = new ReadIssue("sys/bus/pci/<x>", ReadIssueKind.Unreadable, "Permission denied");
        var facts = TopologyHosts.Small() with { Collectors = [new CollectorRun(Collector.Pci, TimeSpan.Zero, [issue])] };
        Assert.Contains("<code>/sys/bus/pci/&lt;x&gt;</code>: Permission denied", Page(facts), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_function_is_in_the_tree_once_however_it_says_it_hangs()
    {
        var itself = Some.Function("0000:01:00.0") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:01:00.0/0000:01:00.0") };
        var one = Some.Function("0000:02:00.0") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:03:00.0/0000:02:00.0") };
        var other = Some.Function("0000:03:00.0") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:02:00.0/0000:03:00.0") };
        var own = Some.Function("0000:04:00.0") with { PhysicalFunction = Some.Address("0000:04:00.0") };
        var lost = Some.Function("0000:05:00.0") with { Path = PciPath.Unlinked("sys/bus/pci/devices/0000:05:00.0") };
        var nodes = Wired(Some.Facts(itself, one, other, own, lost)).Buses!.Value.SelectMany(bus => bus.All()).Where(node => !node.IsBus).Select(node => node.Address);
        Assert.Equal(["0000:01:00.0", "0000:02:00.0", "0000:03:00.0", "0000:04:00.0", "0000:05:00.0"], nodes.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("1", "1")]
    [InlineData("3 1 2", "1-3")]
    [InlineData("9 10 11 13", "9-11, 13")]
    [InlineData("noiommu-1 7 8", "7-8, noiommu-1")]
    public void Numbers_of_groups_become_ranges(string groups, string ranges) =>
        Assert.Equal(ranges, TopologyWords.Ranges(groups.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("Intel Corporation", "Intel")]
    [InlineData("Advanced Micro Devices, Inc. [AMD/ATI]", "AMD/ATI")]
    [InlineData("Samsung Electronics Co Ltd", "Samsung Electronics")]
    [InlineData("Realtek Semiconductor Co., Ltd.", "Realtek Semiconductor")]
    [InlineData("[]", "[]")]
    [InlineData("Co", "Co")]
    [InlineData(" Co", " Co")]
    [InlineData("", "")]
    public void Vendors_are_called_as_people_call_them(string name, string called) => Assert.Equal(called, TopologyWords.Vendor(name));

    [Fact]
    public void Whatever_names_say_the_page_is_well_formed_and_none_of_them_is_markup() => Gen.String.Sample(name =>
    {
        var page = Parsed(Page(Named($"<script>{name}")));
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Contains(page.Descendants("div"), it => it.Value.Contains(Printable.Text($"<script>{name}"), StringComparison.Ordinal));
    }, iter: 200);

    [Fact]
    public void Whatever_names_say_lines_stay_lines() => Gen.String.Sample(name =>
    {
        var plain = Wired(Named("x"));
        var named = Wired(Named(name + "\x1b[31m|`\r\n\u2028"));
        Assert.Equal(TopologyText.Render(plain).Count(letter => letter == '\n'), TopologyText.Render(named).Count(letter => letter == '\n'));
        Assert.DoesNotContain('\x1b', TopologyText.Render(named));
        var tables = TopologyMarkdown.Render(named).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal));
        Assert.Equal(
            TopologyMarkdown.Render(plain).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(Columns),
            tables.Select(Columns));
        using var json = JsonDocument.Parse(TopologyJson.Render(named));
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
    }, iter: 200);

    [Fact]
    public void Nothing_but_the_style_sheet_of_the_page_may_be_in_it()
    {
        var policy = PageStyle.ContentSecurityPolicy;
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var page = Parsed(Page(TopologyHosts.Small()));
        Assert.Equal(PageStyle.Css, Assert.Single(page.Descendants("style")).Value);
        Assert.Empty(page.Descendants().Attributes("style"));
    }

    [Fact]
    public void The_path_of_metrics_is_text_too()
    {
        var facts = TopologyHosts.Small();
        Assert.Contains("href=\"/&lt;b&gt;\"", TopologyPage.Html(new Observation(facts, Diagnosis.Assess(facts)), "/<b>"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_in_which_functions_were_read_does_not_matter()
    {
        var facts = TopologyHosts.Small();
        var turned = facts with { Pci = new PciFacts { Functions = [.. facts.Pci!.Functions.Reverse()] } };
        Assert.Equal(TopologyJson.Render(Wired(facts)), TopologyJson.Render(Wired(turned)));
    }

    private static int Columns(string row)
    {
        var bars = 0;
        for (var i = 0; i < row.Length; i++)
        {
            bars += row[i] == '|' ? 1 : 0;
            i += row[i] == '\\' ? 1 : 0;
        }

        return bars;
    }

    /// <summary>A host on which everything that has a name has this one.</summary>
    private static HostFacts Named(string name)
    {
        var facts = TopologyHosts.Small();
        var functions = facts.Pci!.Functions.Select(function => function with { VendorName = null, DeviceName = name, Label = name, Slot = name });
        var chained = facts.HostDependencies!.All.Select(use => use with { Chain = [name, .. use.Chain] });
        return facts with
        {
            Pci = new PciFacts { Functions = [.. functions] },
            HostDependencies = facts.HostDependencies with { All = [.. chained] },
            Managers = [new(VmManagers.Proxmox, [.. facts.VmsOf(VmManagers.Proxmox)!.Value.Select(vm => vm with { Name = name })])],
            Platform = facts.Platform! with { Board = facts.Platform.Board with { Name = name } },
        };
    }

    private static TopologyView Wired(HostFacts facts) => TopologyView.From(facts, Diagnosis.Assess(facts));

    private static string Page(HostFacts facts) => TopologyPage.Html(new Observation(facts, Diagnosis.Assess(facts)), "/metrics");

    private static XDocument Parsed(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
