using Passthru.Tests.Hosts;
using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>
/// One board under a kernel with the override patch, as each way of asking would split it. Without the override, the card's
/// root port 00:01.0 takes in the card, the switch behind 00:02.0 is one function among others, and the card's own two
/// functions share.
/// </summary>
internal static class OverrideHosts
{
    /// <summary>Groups in the order of <see cref="Functions"/>, for each value of <c>pcie_acs_override</c>.</summary>
    private static readonly Dictionary<string, string> Groups = new()
    {
        [""] = "0 1 1 1 2 3 3 3 3 3 3 3 4 4",
        ["downstream"] = "0 1 5 5 2 3 3 3 3 3 3 3 4 4",
        ["multifunction"] = "0 1 1 1 2 3 6 7 8 8 9 9 4 4",
        ["downstream,multifunction"] = "0 1 5 6 2 7 8 9 a b c d 4 4",
        ["id:1022:43c6"] = "0 1 1 1 2 3 3 6 7 7 8 8 4 4",
        ["id:8086:1901,downstreamers,nonsense"] = "0 1 5 5 2 3 3 3 3 3 3 3 4 4",
        ["id:10de:1b81,id:10de:10f0"] = "0 1 1 1 2 3 3 3 3 3 3 3 4 4",
    };

    public static IEnumerable<string> Requests => Groups.Keys;

    public static FakeHost Host(string request) => Host(request, request);

    /// <param name="request">What the command line says.</param>
    /// <param name="groupsOf">The request whose groups the kernel has.</param>
    public static FakeHost Host(string request, string groupsOf) => PveAcsOverride.Host() with
    {
        CommandLine = request == "" ? "quiet iommu=pt" : $"quiet iommu=pt pcie_acs_override={request}",
        Platform = Platform.Intel,
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        Units = [IommuUnit.Intel(0, 0xfed90000)],
        Functions = Functions([.. Groups[groupsOf].Split(' ').Select(group => Convert.ToInt32(group, 16))]),
    };

    /// <summary>Pairs of a request and a function, with the number of functions that would share its group without it.</summary>
    public static int WithoutOverride(string address) => address switch
    {
        "0000:00:01.0" or "0000:01:00.0" or "0000:01:00.1" => 3,
        _ when address.StartsWith("0000:02:", StringComparison.Ordinal) || address.StartsWith("0000:03:", StringComparison.Ordinal) => 5 + 2,
        "0000:04:00.0" or "0000:05:00.0" => 5 + 2,
        "0000:00:1f.0" or "0000:00:1f.3" => 2,
        _ => 1,
    };

    private static IReadOnlyList<FakeFunction> Functions(int[] group) =>
    [
        Conventional("0000:00:00.0", "8086:591f", ClassCode.HostBridge, group[0]),
        RootPort("0000:00:01.0", "8086:1901", group[1],
            Vga("0000:01:00.0", "10de:1b81", group[2], "vfio-pci"),
            HdmiAudio("0000:01:00.1", "10de:10f0", group[3], "vfio-pci")) with { Acs = null },
        RootPort("0000:00:02.0", "8086:1905", group[4],
            Endpoint("0000:02:00.0", "1022:43d5", ClassCode.Usb, group[5], "xhci_hcd"),
            Endpoint("0000:02:00.1", "1022:43c8", ClassCode.Sata, group[6], "ahci"),
            UpstreamPort("0000:02:00.2", "1022:43c6", group[7],
                DownstreamPort("0000:03:00.0", "1022:43c7", group[8], Network("0000:04:00.0", group[9])),
                DownstreamPort("0000:03:01.0", "1022:43c7", group[10], Network("0000:05:00.0", group[11])))),
        Conventional("0000:00:1f.0", "8086:a2c5", ClassCode.IsaBridge, group[12]),
        Conventional("0000:00:1f.3", "8086:a2f0", ClassCode.Audio, group[13], "snd_hda_intel"),
    ];

    private static FakeFunction Network(string address, int group) => Endpoint(address, "10ec:8168", ClassCode.Ethernet, group, "r8169");
}
