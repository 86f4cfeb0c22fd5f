using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// A healthy host with four bad neighbours: a disk that fell off the bus, a function that vanished while one looked, one
/// whose class is not a number, one whose numa_node is binary rubbish. None of them may hide the others.
/// </summary>
internal static class DyingDevice
{
    public const string FellOffTheBus = "0000:02:00.0";
    public const string Vanished = "0000:03:00.0";
    public const string MalformedClass = "0000:04:00.0";
    public const string MalformedNode = "0000:05:00.0";

    public static FakeHost Host()
    {
        var desktop = IntelDesktop.Host();
        return desktop with
        {
            Functions =
            [
                .. desktop.Functions.Select(Worsen),
                RootPort("0000:00:1d.0", "8086:7ab8", 12, Disk(MalformedClass, 14) with { Files = Text("class", "garbage\n") }),
                RootPort("0000:00:1d.4", "8086:7ab8", 13, Disk(MalformedNode, 15) with
                {
                    Files = Text("numa_node", "\u0001\u00ff\u0000\u00fe -\n"),
                }),
            ],
        };
    }

    private static FakeFunction Worsen(FakeFunction function) => function with
    {
        Dead = function.Address == FellOffTheBus,
        Vanished = function.Address == Vanished,
        Behind = [.. function.Behind.Select(Worsen)],
    };

    private static FakeFunction Disk(string address, int group) =>
        Nvme(address, "15b7:5011", group) with { Subsystem = "15b7:5011" };

    private static Dictionary<string, string> Text(string file, string text) => new() { [file] = text };
}
