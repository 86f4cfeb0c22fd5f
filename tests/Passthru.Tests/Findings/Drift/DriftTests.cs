using Passthru.Exporter.Metrics;
using Passthru.Facts;
using Passthru.Facts.Baseline;
using Passthru.Findings;
using Passthru.Findings.Drift;
using Passthru.Findings.Values;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;
using static Passthru.Tests.Findings.Drift.Chassis;

namespace Passthru.Tests.Findings.Drift;

public sealed class DriftTests
{
    public static TheoryData<string> Names => [.. AllHosts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_host_is_as_it_was(string name)
    {
        var host = AllHosts.Host(name);
        Assert.Empty(Sentences(host, host));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_group_numbers_change_nothing(string name)
    {
        var host = AllHosts.Host(name);
        Assert.Empty(Sentences(host, host with { Functions = Renumbered(host.Functions), Groups = [] }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_in_which_a_host_was_read_does_not_matter(string name)
    {
        var facts = Chassis.Seen(AllHosts.Host(name));
        var backwards = Backwards(facts);
        Assert.Equal(BaselineFile.Write(Fingerprint.From(facts)), BaselineFile.Write(Fingerprint.From(backwards)));
        var before = Baseline(First());
        Assert.Equal(
            TopologyDrift.Between(before, facts).Changes.Select(change => change.Sentence),
            TopologyDrift.Between(before, backwards).Changes.Select(change => change.Sentence));
    }

    [Theory]
    [InlineData("kernel", "The kernel is 6.8.12-5-pve now; it was 6.8.12-4-pve.")]
    [InlineData("bios version", "The BIOS is Supermicro 1.5 of 01/10/2023 now; it was Supermicro 1.4 of 01/10/2023.")]
    [InlineData("bios date", "The BIOS is Supermicro 1.4 of 05/05/2025 now; it was Supermicro 1.4 of 01/10/2023.")]
    [InlineData("board", "The board is Supermicro X13 now; it was Supermicro X12.")]
    [InlineData("product", "The machine is SYS-2 now; it was SYS-1.")]
    public void What_lies_below_the_devices_is_compared_too(string what, string sentence)
    {
        var host = First();
        var now = what switch
        {
            "kernel" => host with { Kernel = new("6.8.12-5-pve") },
            "bios version" => host with { Dmi = host.Dmi with { BiosVersion = "1.5" } },
            "bios date" => host with { Dmi = host.Dmi with { BiosDate = "05/05/2025" } },
            "board" => host with { Dmi = host.Dmi with { Board = "X13" } },
            _ => host with { Dmi = host.Dmi with { Product = "SYS-2" } },
        };
        Assert.Equal([sentence], Sentences(host, now));
    }

    [Fact]
    public void What_is_known_on_one_side_only_is_no_change()
    {
        var facts = Chassis.Seen(First());
        var bare = facts with { Platform = null, Kernel = null };
        Assert.Empty(TopologyDrift.Between(Fingerprint.From(bare), facts).Changes);
        var drift = TopologyDrift.Between(Fingerprint.From(facts), bare);
        Assert.Empty(drift.Changes);
        Assert.Equal((null, null), (drift.Count(DriftKind.FirmwareChanged), drift.Count(DriftKind.KernelChanged)));
        var board = facts.Platform!.Board;
        Assert.Empty(TopologyDrift.Between(Fingerprint.From(facts with { Platform = facts.Platform with { Board = board with { BiosVendor = null } } }), facts).Changes);
    }

    [Fact]
    public void A_baseline_wants_functions_and_groups()
    {
        var facts = Chassis.Seen(First());
        Assert.Null(Fingerprint.Gap(facts));
        Assert.Equal("the PCI functions could not be listed", Fingerprint.Gap(facts with { Pci = null }));
        Assert.Equal("the PCI functions could not be listed", Fingerprint.Gap(Refusing("sys/bus/pci/devices")));
        Assert.Equal("0000:03:00.0 could not be looked at", Fingerprint.Gap(Refusing("sys/devices/pci0000:00/0000:00:01.0/0000:03:00.0")));
        Assert.Equal("the IOMMU groups could not be listed", Fingerprint.Gap(Refusing("sys/kernel/iommu_groups")));
        Assert.Equal("the members of IOMMU group 10 could not be listed", Fingerprint.Gap(Refusing("sys/kernel/iommu_groups/10/devices")));
    }

    [Fact]
    public async Task The_page_counts_every_sort_of_change_once_there_is_a_baseline()
    {
        var tree = Spare().Build();
        Assert.DoesNotContain("passthru_topology", await Read.Page(TreeFiles.Of(tree)), StringComparison.Ordinal);
        var accepted = Baseline(First()) with { AcceptedAt = DateTimeOffset.FromUnixTimeSeconds(1764108000) };
        tree.Bytes(BaselineFile.DefaultPath, BaselineFile.Write(accepted));
        var page = (await Read.Page(TreeFiles.Of(tree))).Split('\n').Where(line => line.StartsWith("passthru_topology", StringComparison.Ordinal));
        Assert.Equal(
            [
                "passthru_topology_baseline_timestamp_seconds 1764108000",
                "passthru_topology_changes{change=\"group_changed\"} 1",
                "passthru_topology_changes{change=\"device_missing\"} 2",
                "passthru_topology_changes{change=\"device_replaced\"} 0",
                "passthru_topology_changes{change=\"device_added\"} 2",
                "passthru_topology_changes{change=\"firmware_changed\"} 0",
                "passthru_topology_changes{change=\"kernel_changed\"} 0",
            ],
            page);
    }

    [Fact]
    public void Each_sort_of_change_is_one_finding()
    {
        var facts = Chassis.Seen(Spare()) with { Baseline = Baseline(First()) with { AcceptedAt = DateTimeOffset.UnixEpoch } };
        var findings = Diagnosis.Assess(facts).Findings.Where(finding => finding.Rule.Id == "topology-changed").ToList();
        Assert.Equal(3, findings.Count);
        Assert.Contains(findings, finding => finding.Cause == $"0000:03:00.0 {Hba} [1000:0097] and 0000:04:00.0 {Nic} [8086:1521] are now in one IOMMU group; they were apart.");
        var missing = Assert.Single(findings, finding => finding.Cause == "2 devices are missing since the topology was accepted on 1970-01-01.");
        Assert.Equal(2, missing.Evidence.Length);
        Assert.All(findings, finding => Assert.Equal(Severity.Warning, finding.Severity));
    }

    [Fact]
    public void Every_sort_has_a_label_of_its_own()
    {
        var kinds = Enum.GetValues<DriftKind>();
        Assert.Equal(kinds.Length, kinds.Select(BaselineFamilies.Label).Distinct().Count());
    }

    private static HostFacts Refusing(string path) => Read.Facts(new RefusingTree(TreeFiles.Of(First().Build()), asked => asked == path));

    private static HostFacts Backwards(HostFacts facts) => facts with
    {
        Pci = facts.Pci! with { Functions = [.. facts.Pci.Functions.Reverse()] },
        Iommu = facts.Iommu! with { Groups = facts.Iommu.Groups is { } groups ? [.. groups.Reverse().Select(group => group with { Functions = [.. (group.Functions ?? []).Reverse()] })] : null },
    };
}
