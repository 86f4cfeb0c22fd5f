using Passthru.Facts.Pci;
using static Passthru.Tests.Findings.Isolation.Machine;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>Trees of functions of any type, likely ones and impossible ones.</summary>
internal sealed class RandomMachine(Random random)
{
    private static readonly string[] Overrides = ["", "downstream", "multifunction", "downstream,multifunction", "id:abcd:0001", "id:abcd:0002,multifunction"];
    private readonly List<PciFunction> _functions = [];
    private int _lastBus;

    public static PciFunction[] Of(Random random)
    {
        var vm = new RandomMachine(random);
        vm.AddBus("", 0, depth: 0);
        return [.. vm._functions];
    }

    public static string AnyOverride(Random random) => Overrides[random.Next(Overrides.Length)];

    private void AddBus(string above, int bus, int depth)
    {
        foreach (var slot in Enumerable.Range(0, random.Next(1, depth == 0 ? 5 : 3)))
        {
            var functions = random.Next(3) == 0 ? random.Next(2, 4) : 1;
            foreach (var function in Enumerable.Range(0, functions))
            {
                Add($"{above}{bus:x2}:{slot:x2}.{function}", depth, functions > 1);
            }
        }
    }

    private void Add(string path, int depth, bool many)
    {
        var type = AnyType(depth);
        var function = Function(path, random.Next(12) == 0 ? "" : "some", type, AnyAcs(), $"abcd:000{random.Next(4)}");
        _functions.Add(function with { Multifunction = many || random.Next(20) == 0 });
        if (depth < 3 && function.HeaderType == 1)
        {
            AddBus($"{path}/", ++_lastBus, depth + 1);
        }
        else if (function.HeaderType == 0 && random.Next(6) == 0)
        {
            AddVirtual(path, function);
        }
    }

    private void AddVirtual(string path, PciFunction physical)
    {
        var bus = path[..(path.LastIndexOf('/') + 1)] + $"{++_lastBus:x2}:00.0";
        _functions.Add(Function(bus, "some", Endpoint) with { PhysicalFunction = physical.Address, Multifunction = false });
    }

    private int AnyType(int depth) => random.Next(10) switch
    {
        0 => random.Next(-1, 12),
        1 => Conventional,
        2 => PciBridge,
        < 7 => depth == 0 ? RootPort : depth % 2 == 1 ? UpstreamPort : DownstreamPort,
        _ => Endpoint,
    };

    private AccessControl? AnyAcs() => random.Next(6) switch
    {
        0 => AcsOff,
        1 => Acs(random.Next(0x80), random.Next(0x80)),
        2 => Acs(0, 0),
        3 => AcsOn,
        _ => null,
    };
}
