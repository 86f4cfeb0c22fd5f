using Passthru.Findings.Drift;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;
using static Passthru.Tests.Findings.Drift.Chassis;
using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Findings.Drift;

public sealed class GroupDriftTests
{
    [Fact]
    public void The_spare_chassis_put_hba_and_nic_into_one_group()
    {
        var change = Chassis.Drift(First(), Spare()).Changes[0];
        Assert.Equal($"0000:03:00.0 {Hba} [1000:0097] and 0000:04:00.0 {Nic} [8086:1521] are now in one IOMMU group; they were apart.", change.Sentence);
        Assert.Equal("0000:03:00.0, 0000:04:00.0", change.Subject);
        Assert.Equal(1, Chassis.Drift(First(), Spare()).Count(DriftKind.GroupChanged));
    }

    [Fact]
    public void Back_in_the_first_they_are_apart_again() =>
        Assert.Equal(
            $"0000:03:00.0 {Hba} [1000:0097] and 0000:04:00.0 {Nic} [8086:1521] were in one IOMMU group; they are now apart.",
            Assert.Single(Chassis.Drift(Spare(), First()).Changes, change => change.Kind == DriftKind.GroupChanged).Sentence);

    [Fact]
    public void Bridges_are_named_where_there_is_nothing_else_to_name()
    {
        var apart = Of(RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)));
        var together = Of(RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 1)) with { Acs = null });
        Assert.Equal(
            [$"0000:00:01.0 Intel 12th Gen Core Processor PCI Express x16 Controller #1 [8086:460d] and 0000:03:00.0 {Hba} [1000:0097] are now in one IOMMU group; they were apart."],
            Sentences(apart, together));
    }

    [Fact]
    public void A_new_card_that_joins_an_old_one_is_told_and_one_that_keeps_to_itself_is_not()
    {
        var alone = Of(RootPort("0000:00:01.0", "8086:460d", 7, SasCard("0000:03:00.0", 7)), RootPort("0000:00:01.1", "8086:460d", 7));
        var joined = Of(RootPort("0000:00:01.0", "8086:460d", 7, SasCard("0000:03:00.0", 7)), RootPort("0000:00:01.1", "8086:460d", 7, NetworkCard("0000:04:00.0", 7)));
        var apart = Of(RootPort("0000:00:01.0", "8086:460d", 7, SasCard("0000:03:00.0", 7)), RootPort("0000:00:01.1", "8086:460d", 7, NetworkCard("0000:04:00.0", 8)));
        Assert.Contains($"0000:04:00.0 {Nic} [8086:1521], new, is in one IOMMU group with 0000:03:00.0 {Hba} [1000:0097].", Sentences(alone, joined));
        Assert.Equal(0, Chassis.Drift(alone, apart).Count(DriftKind.GroupChanged));
        Assert.Equal(0, Chassis.Drift(joined, alone).Count(DriftKind.GroupChanged));
    }

    [Fact]
    public void Cards_that_were_moved_are_followed()
    {
        var was = Of(
            RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)),
            RootPort("0000:00:1c.0", "8086:7ab8", 2, NetworkCard("0000:04:00.0", 11)),
            RootPort("0000:00:06.0", "8086:464d", 3));
        var now = Of(
            RootPort("0000:00:01.0", "8086:460d", 1),
            RootPort("0000:00:1c.0", "8086:7ab8", 2),
            RootPort("0000:00:06.0", "8086:464d", 3, SasCard("0000:05:00.0", 12), NetworkCard("0000:05:01.0", 12)));
        Assert.Equal(
            [$"0000:05:00.0 {Hba} [1000:0097] and 0000:05:01.0 {Nic} [8086:1521] are now in one IOMMU group; they were apart."],
            Chassis.Drift(was, now).Changes.Where(change => change.Kind == DriftKind.GroupChanged).Select(change => change.Sentence));
    }

    [Fact]
    public void Without_an_iommu_there_is_one_thing_to_say()
    {
        var off = First() with { Functions = Ungrouped(First().Functions), Units = [] };
        Assert.Equal(["There are no IOMMU groups now; there were 5."], Sentences(First(), off));
        Assert.Equal(["There are 5 IOMMU groups now; there were none."], Sentences(off, First()));
        Assert.Empty(Sentences(off, off));
    }

    [Fact]
    public void A_function_can_leave_and_enter_grouping()
    {
        var without = Of(Chipset(), RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10) with { Group = null }));
        var with = Of(Chipset(), RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)));
        Assert.Equal([$"0000:03:00.0 {Hba} [1000:0097] was in an IOMMU group and is in none now."], Sentences(with, without));
        Assert.Equal([$"0000:03:00.0 {Hba} [1000:0097] was in no IOMMU group and is in one now."], Sentences(without, with));
    }

    [Fact]
    public void Members_that_could_not_be_listed_have_not_left()
    {
        var files = new RefusingTree(TreeFiles.Of(First().Build()), path => path == "sys/kernel/iommu_groups/10/devices");
        Assert.Empty(TopologyDrift.Between(Baseline(First()), Read.Facts(files)).Changes);
    }

    [Fact]
    public void Many_that_come_together_are_not_all_named()
    {
        FakeFunction[] Disks(Func<int, int> group) =>
            [.. Enumerable.Range(1, 8).Select(number => RootPort($"0000:00:1c.{number - 1}", "8086:7ab8", group(number), Nvme($"0000:0{number}:00.0", "144d:a808", group(number))))];
        var was = Of(Disks(number => number));
        var now = Of(Disks(_ => 1));
        Assert.EndsWith(" and 2 more are now in one IOMMU group; they were apart.", Assert.Single(Sentences(was, now)), StringComparison.Ordinal);
        Assert.Equal(16, Chassis.Drift(was, now).Changes[0].Functions.Length);
    }
}
