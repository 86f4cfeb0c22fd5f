using Passthru.Facts.Pci;
using static Passthru.Tests.Findings.Isolation.Machine;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>Layouts as kernels have made them, and the same with one function in the wrong group.</summary>
public sealed class GroupingModelTests
{
    public static TheoryData<string, string[]> Layouts => new()
    {
        { "a root port with ACS ends the group", ["00:01.0 a 4 acs", "00:01.0/01:00.0 b 0"] },
        { "a root port without takes in what is below", ["00:01.0 a 4", "00:01.0/01:00.0 a 0", "00:02.0 b 4 acs"] },
        { "ports of one slot without ACS are one", ["00:1c.0 a 4", "00:1c.0/01:00.0 a 0", "00:1c.2 a 4", "00:1c.2/02:00.0 a 0", "00:1c.4 b 4 acs", "00:1c.4/03:00.0 c 0"] },
        { "functions without ACS share", ["00:01.0 a 4 acs", "00:01.0/01:00.0 b 0", "00:01.0/01:00.1 b 0"] },
        { "conventional functions of a slot share", ["00:1f.0 a -1", "00:1f.2 a -1", "00:1f.3 a -1", "00:19.0 b -1"] },
        { "all behind a PCI bridge shares it", ["00:01.0 a 4 acs", "00:01.0/01:00.0 b 7", "00:01.0/01:00.0/02:00.0 b -1", "00:01.0/01:00.0/02:01.0 b -1"] },
        { "a conventional bridge is no other", ["00:1e.0 a -1", "00:1e.0/01:02.0 a -1", "00:1e.0/01:03.0 a -1"] },
        {
            "an upstream port among functions without ACS gathers its switch",
            ["00:01.3 a 4 acs", "00:01.3/02:00.0 b 1", "00:01.3/02:00.2 b 5", "00:01.3/02:00.2/03:00.0 b 6", "00:01.3/02:00.2/03:00.0/04:00.0 b 0", "00:01.3/02:00.2/03:01.0 b 6"]
        },
        {
            "ports of a switch without ACS stay apart",
            ["00:01.0 a 4 acs", "00:01.0/01:00.0 b 5", "00:01.0/01:00.0/02:00.0 c 6", "00:01.0/01:00.0/02:00.0/03:00.0 c 0", "00:01.0/01:00.0/02:01.0 d 6", "00:01.0/01:00.0/02:01.0/04:00.0 d 0"]
        },
        {
            "a downstream port below a root port is an upstream one",
            ["00:01.0 a 4 acs", "00:01.0/01:00.0 b 6", "00:01.0/01:00.0/02:00.0 c 6 acs", "00:01.0/01:00.0/02:00.0/03:00.0 d 0"]
        },
        { "the functions of a VMD domain are its controller's", ["00:0e.0 a 9", "00:0e.0/pci/10000:e0:06.0 a 4 acs", "00:0e.0/pci/10000:e0:06.0/10000:e1:00.0 a 0"] },
        { "a bridge without a group is none to join", ["00:1e.0 - -1", "00:1e.0/01:02.0 a -1", "00:1e.0/01:03.0 b -1"] },
        { "an IOMMU has no group and the rest of its slot has", ["00:00.0 a -1", "00:00.2 - -1"] },
        { "a Ricoh function does DMA as function 0", ["00:1e.0 b 4 acs", "00:1e.0/01:00.0 a 0 acs", "00:1e.0/01:00.1 a 0 acs 1180:e832"] },
        { "a Marvell controller does DMA as function 1", ["00:1e.0 b 4 acs", "00:1e.0/01:00.0 a 0 acs 1b4b:9230", "00:1e.0/01:00.1 a 0 acs"] },
        { "a Xeon Phi does DMA as 10.0", ["00:1e.0 b 4 acs", "00:1e.0/01:00.0 a 0 acs 8086:2260", "00:1e.0/01:10.0 a 0 acs", "00:1e.0/01:13.0 c 0 acs"] },
        { "a PLX bridge does DMA as anybody", ["00:1e.0 b 4 acs", "00:1e.0/01:00.0 a 0 acs 10b5:87b0", "00:1e.0/01:13.0 a 0 acs"] },
        { "the Broadcom bridge translates", ["00:00.0 a 7 acs 14e4:9000", "00:00.0/01:00.0 a -1", "00:00.0/01:01.0 a -1"] },
    };

    [Theory, MemberData(nameof(Layouts))]
    public void Comes_to_what_the_kernel_does(string why, string[] functions)
    {
        var verdict = Judge(Parse(functions));

        Assert.True(verdict.ModelMatches, why);
        Assert.All(verdict.Groups.Values, group => Assert.True(group.IsIsolated, why));
        Assert.Equal(functions.Select(line => line.Split(' ')[1]).Where(name => name != "-").Distinct().Count(), verdict.Groups.Count);
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Sees_when_one_function_is_elsewhere(string why, string[] functions)
    {
        var all = Parse(functions);
        foreach (var moved in all.Where(function => all.Count(other => other.Group == function.Group) > 1 && function.Group is not null))
        {
            Assert.False(Judge(all.Select(function => function == moved ? function with { Group = "moved" } : function)).ModelMatches, why);
        }
    }

    [Fact]
    public void Virtual_functions_are_apart_from_their_physical_one_and_from_each_other()
    {
        var port = Function("00:01.0", "a", RootPort, AcsOn);
        var physical = Function("00:01.0/01:00.0", "b", Endpoint, Acs(0, 0)).Many();
        PciFunction[] virtuals =
        [
            Function("00:01.0/01:00.2", "c", Endpoint) with { PhysicalFunction = physical.Address, Multifunction = false },
            Function("00:01.0/02:00.0", "d", Endpoint) with { PhysicalFunction = physical.Address, Multifunction = false, Config = null },
        ];

        Assert.True(Judge([port, physical, .. virtuals]).ModelMatches);
        Assert.True(Judge([Function("00:01.0", "a", RootPort), .. Together([physical, .. virtuals], "a")]).ModelMatches);
    }

    [Fact]
    public void A_table_in_the_memory_of_a_Switchtec_bridge_is_unknown()
    {
        var bridge = Function("00:01.0/01:00.0", "b", Endpoint, AcsOn, "11f8:8546").Many() with { Class = new PciClass(0x068000) };
        Assert.Null(Judge(Function("00:01.0", "a", RootPort, AcsOn), bridge, Function("00:01.0/01:00.1", "c", Endpoint, AcsOn)).Of("c"));
    }

    private static PciFunction[] Parse(string[] lines)
    {
        var all = lines.Select(Parse).ToArray();
        return [.. all.Select(one => all.Any(other => other != one && other.Address.SharesSlotWith(one.Address)) ? one.Many() : one)];
    }

    /// <summary>Path, group, port type, then "acs" and an id.</summary>
    private static PciFunction Parse(string line)
    {
        var words = line.Split(' ');
        var id = words.FirstOrDefault(word => word.Length == 9 && word[4] == ':') ?? "abcd:0001";
        var group = words[1] == "-" ? "" : words[1];
        var type = int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
        if (words[0].Split("/pci/") is not [var above, var below])
        {
            return Function(words[0], group, type, words.Contains("acs") ? AcsOn : null, id);
        }

        var function = Function(below, group, type, words.Contains("acs") ? AcsOn : null, id);
        return function with { Path = PciPath.FromLink($"../../../devices/pci0000:00/0000:{above}/pci10000:e0/{below}") };
    }

    private static IEnumerable<PciFunction> Together(IEnumerable<PciFunction> functions, string group) =>
        functions.Select(function => function with { Group = group });
}
