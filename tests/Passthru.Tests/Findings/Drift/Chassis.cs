using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Baseline;
using Passthru.Findings.Drift;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;
using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Findings.Drift;

/// <summary>Two chassis of one sort for the same two cards: in the first each slot has a port with ACS, in the spare the ports have none.</summary>
internal static class Chassis
{
    public const string Hba = "Broadcom / LSI SAS3008 PCI-Express Fusion-MPT SAS-3";
    public const string Nic = "Intel I350 Gigabit Network Connection";

    public static FakeHost First() => Of(
        Chipset(),
        RootPort("0000:00:01.0", "8086:460d", 1, SasCard("0000:03:00.0", 10)),
        RootPort("0000:00:1c.0", "8086:7ab8", 2, NetworkCard("0000:04:00.0", 11)));

    public static FakeHost Spare() => Of(
        Chipset() with { Group = 5 },
        RootPort("0000:00:01.0", "8086:460d", 7, SasCard("0000:03:00.0", 7)) with { Acs = null },
        RootPort("0000:00:01.1", "8086:460d", 7, NetworkCard("0000:04:00.0", 7)) with { Acs = null });

    public static FakeFunction Chipset() => Conventional("0000:00:1f.0", "8086:7a86", ClassCode.IsaBridge, 0);

    public static FakeFunction SasCard(string address, int group) => Endpoint(address, "1000:0097", ClassCode.Sas, group, "mpt3sas") with { Subsystem = "1000:30e0" };

    public static FakeFunction NetworkCard(string address, int group) => Endpoint(address, "8086:1521", ClassCode.Ethernet, group, "igb") with { Subsystem = "8086:0001" };

    public static FakeHost Of(params IReadOnlyList<FakeFunction> functions) => new()
    {
        Kernel = new("6.8.12-4-pve"),
        CommandLine = "quiet",
        Platform = Platform.Intel,
        Dmi = new("Supermicro", "SYS-1", "X12", "1.4", "01/10/2023"),
        Units = [IommuUnit.Intel(0, 0xfed90000)],
        Functions = functions,
    };

    public static HostFacts Seen(FakeHost host) => Read.Facts(TreeFiles.Of(host.Build()));

    public static HardwareBaseline Baseline(FakeHost host) => Fingerprint.From(Seen(host));

    public static DriftReport Drift(FakeHost before, FakeHost now) => TopologyDrift.Between(Baseline(before), Seen(now));

    public static IEnumerable<string> Sentences(FakeHost before, FakeHost now) => Drift(before, now).Changes.Select(change => change.Sentence);

    /// <summary>The same host with other group numbers.</summary>
    public static ImmutableArray<FakeFunction> Renumbered(IEnumerable<FakeFunction> functions) =>
        [.. functions.Select(function => function with { Group = 90 - function.Group, Behind = Renumbered(function.Behind) })];
}
