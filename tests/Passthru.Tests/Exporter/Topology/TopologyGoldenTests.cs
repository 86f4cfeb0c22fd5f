using Passthru.Exporter.Observing;
using Passthru.Exporter.Page;
using Passthru.Exporter.Topology;
using Passthru.Facts;
using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Topology;

/// <summary>A few fixture hosts from their files to every form of the topology.</summary>
public sealed class TopologyGoldenTests(WrittenHosts hosts)
{
    public static TheoryData<string> Names => ["intel-desktop", "pve-acs-override", "sriov-64vfs", "use-lvm-raid1", "unprivileged"];

    [Theory, MemberData(nameof(Names))]
    public void The_text_is_the_one_that_was_read(string name) => Golden.Check($"tests/hosts/{name}/topology.txt", TopologyText.Render(Wired(name)));

    [Theory, MemberData(nameof(Names))]
    public void The_page_of_a_wiki_is_the_one_that_was_read(string name) => Golden.Check($"tests/hosts/{name}/topology.md", TopologyMarkdown.Render(Wired(name)));

    [Theory, MemberData(nameof(Names))]
    public void The_page_of_a_browser_is_the_one_that_was_read(string name)
    {
        var facts = Facts(name);
        var page = TopologyPage.Html(new Observation(facts, Diagnosis.Assess(facts)), "/metrics");
        Golden.Check($"tests/hosts/{name}/page.html", page.Replace(PageStyle.Css, "(style sheet)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_JSON_form_is_the_one_that_was_read() =>
        Golden.Check("tests/hosts/pve-acs-override/topology.json", TopologyJson.Render(Wired("pve-acs-override")));

    private TopologyView Wired(string name)
    {
        var facts = Facts(name);
        return TopologyView.From(facts, Diagnosis.Assess(facts));
    }

    private HostFacts Facts(string name) => Read.Facts(hosts.Files(name)) with { TakenAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) };
}
