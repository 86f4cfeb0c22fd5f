using Passthru.Findings.Drift;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;
using static Passthru.Tests.Findings.Drift.Chassis;
using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Findings.Drift;

public sealed class DeviceDriftTests
{
    [Fact]
    public void What_is_gone_is_missing_and_what_came_is_new()
    {
        var empty = Of(Chipset(), RootPort("0000:00:01.0", "8086:460d", 1));
        var full = Of(Chipset(), RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)));
        Assert.Equal([$"0000:03:00.0 {Hba} is missing."], Sentences(full, empty));
        Assert.Equal([$"0000:03:00.0 {Hba} [1000:0097] is new."], Sentences(empty, full));
        Assert.Equal((1, 0, 0), Counts(TopologyDrift.Between(Baseline(full), Seen(empty))));
    }

    [Fact]
    public void Another_device_in_the_slot_has_replaced_the_first()
    {
        var was = Of(RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)));
        var now = Of(RootPort("0000:00:01.0", "8086:460d", 1, NetworkCard("0000:03:00.0", 10)));
        Assert.Equal([$"0000:03:00.0 is {Nic} now; it was {Hba}."], Sentences(was, now));
    }

    [Fact]
    public void One_of_the_same_chip_on_another_board_is_told_by_its_ids()
    {
        var was = Of(RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)));
        var now = Of(RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10) with { Subsystem = "1000:3090" }));
        Assert.Equal([$"0000:03:00.0 is {Hba} [1000:0097, 1000:3090] now; it was {Hba} [1000:0097, 1000:30e0]."], Sentences(was, now));
    }

    [Fact]
    public void A_card_in_another_slot_is_missing_there_and_new_here()
    {
        var was = Of(RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)), RootPort("0000:00:1c.0", "8086:7ab8", 2));
        var now = Of(RootPort("0000:00:01.0", "8086:460d", 1), RootPort("0000:00:1c.0", "8086:7ab8", 2, SasCard("0000:05:00.0", 10)));
        Assert.Equal(
            [$"0000:03:00.0 {Hba} is missing; its like is now at 0000:05:00.0.", $"0000:05:00.0 {Hba} [1000:0097] is new; its like was at 0000:03:00.0."],
            Sentences(was, now));
    }

    [Fact]
    public void One_more_card_that_shifts_the_buses_leaves_the_others_in_their_places()
    {
        var was = Of(RootPort("0000:00:01.0", "8086:460d", 1), RootPort("0000:00:1c.0", "8086:7ab8", 2, NetworkCard("0000:02:00.0", 11)));
        var now = Of(
            RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:02:00.0", 10)),
            RootPort("0000:00:1c.0", "8086:7ab8", 2, NetworkCard("0000:03:00.0", 11)));
        Assert.Equal(
            [$"0000:02:00.0 {Nic} is in the same place and has the address 0000:03:00.0 now.", $"0000:02:00.0 {Hba} [1000:0097] is new."],
            Sentences(was, now));
        Assert.Equal((0, 1, 1), Counts(Chassis.Drift(was, now)));
    }

    [Fact]
    public void Virtual_functions_come_and_go()
    {
        var host = AllHosts.Host("sriov-64vfs");
        var without = host with { Functions = WithoutVirtual(host.Functions) };
        Assert.Empty(Sentences(host, without));
        Assert.Empty(Sentences(without, host));
        Assert.DoesNotContain(Baseline(host).Functions, function => Seen(host).Pci!.Functions.Any(it => it.IsVirtual && it.Address == function.Address));
    }

    [Fact]
    public void A_device_that_could_not_be_looked_at_is_not_missing()
    {
        var files = new RefusingTree(TreeFiles.Of(First().Build()), path => path.EndsWith("/0000:03:00.0", StringComparison.Ordinal));
        var drift = TopologyDrift.Between(Baseline(First()), Read.Facts(files));
        Assert.Empty(drift.Changes);
        Assert.Null(drift.Count(DriftKind.DeviceMissing));
    }

    [Fact]
    public void Where_no_device_could_be_seen_nothing_is_said_of_devices_and_groups()
    {
        var files = new RefusingTree(TreeFiles.Of(First().Build()), path => path == "sys/bus/pci/devices");
        var drift = TopologyDrift.Between(Baseline(First()), Read.Facts(files));
        Assert.Empty(drift.Changes);
        Assert.False(drift.IsWhole);
        Assert.Equal([DriftKind.FirmwareChanged, DriftKind.KernelChanged], drift.Compared);
        Assert.Null(drift.Count(DriftKind.DeviceMissing));
    }

    [Fact]
    public void Ids_that_are_not_known_differ_from_none()
    {
        var facts = Seen(First());
        var blind = facts with { Pci = facts.Pci! with { Functions = [.. facts.Pci.Functions.Select(function => function with { Device = null, Subsystem = null })] } };
        Assert.Empty(TopologyDrift.Between(Fingerprint.From(facts), blind).Changes);
        Assert.Empty(TopologyDrift.Between(Fingerprint.From(blind), facts).Changes);
    }

    private static (int? Missing, int? Replaced, int? Added) Counts(DriftReport drift) =>
        (drift.Count(DriftKind.DeviceMissing), drift.Count(DriftKind.DeviceReplaced), drift.Count(DriftKind.DeviceAdded));

    private static IReadOnlyList<FakeFunction> WithoutVirtual(IEnumerable<FakeFunction> functions) =>
        [.. functions.Where(function => function.PhysicalFunction is null).Select(function => function with { Behind = WithoutVirtual(function.Behind) })];
}
