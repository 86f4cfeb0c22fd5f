namespace Passthru.Tests.Hosts;

/// <summary>The config space that a described function would have.</summary>
internal static class FunctionConfig
{
    /// <summary>What a sleeping device's config space holds in these trees: no test may ever meet it.</summary>
    public const byte Poison = 0x5a;

    public static byte[] Of(PlacedFunction placed)
    {
        var function = placed.Function;
        var size = function.Express is null ? 256 : 4096;
        return function switch
        {
            { Asleep: true } => ConfigSpaceBuilder.Filled(size, Poison),
            { Dead: true } => ConfigSpaceBuilder.AllOnes(size),
            _ => Describe(placed).Build(size),
        };
    }

    /// <summary>Four kilobytes for each requester id, as in an ECAM window: every function has memory of its own.</summary>
    public static uint Memory(Bdf bdf) => 0x80000000 + ((uint)bdf.RequesterId << 12);

    public static uint MemoryBehind(int bus) => 0x80000000 + ((uint)bus << 20);

    private static ConfigSpaceBuilder Describe(PlacedFunction placed)
    {
        var function = placed.Function;
        var headerType = function.IsBridge ? function.Class >> 8 == 0x0607 ? 2 : 1 : 0;
        var config = new ConfigSpaceBuilder(headerType, placed.Multifunction).Class(function.Class, function.Revision);
        StatIdentity(config, function);
        Place(config, placed);
        AddCapabilities(config, placed);
        AddExtendedCapabilities(config, placed);
        return config;
    }

    /// <summary>A virtual function has no ids of its own (PCIe 9.3.4.1.1): these fields read all ones.</summary>
    private static void StatIdentity(ConfigSpaceBuilder config, FakeFunction function)
    {
        config.Ids(function.PhysicalFunction is null ? PciIdPair.Parse(function.Ids) : new(0xffff, 0xffff));
        if (function.Subsystem is not null && !function.IsBridge)
        {
            config.Subsystem(PciIdPair.Parse(function.Subsystem));
        }
    }

    private static void Place(ConfigSpaceBuilder config, PlacedFunction placed)
    {
        if (placed.Function.IsBridge)
        {
            config.Buses(placed.Bdf.Bus, placed.SecondaryBus, placed.SubordinateBus)
                .Windows(MemoryBehind(placed.SecondaryBus), MemoryBehind(placed.SubordinateBus));
        }
        else if (placed.Function.PhysicalFunction is null)
        {
            config.MemoryBar(Memory(placed.Bdf));
        }
    }

    private static void AddCapabilities(ConfigSpaceBuilder config, PlacedFunction placed)
    {
        var function = placed.Function;
        if (function.Pm != PmReset.None)
        {
            config.PowerManagement(function.Pm == PmReset.Keeps, FunctionPower.State(function) == "D3hot" ? 3 : 0);
        }
        if (function.Msi)
        {
            config.Msi(function.Driver is not null);
        }
        if (function.MsiX > 0)
        {
            config.MsiX(function.MsiX, function.Driver is not null);
        }
        if (function.Express is { } type)
        {
            config.Express(type, function.Flr, function.Behind.Any(child => child.Ari), function.Link, function.Slot);
        }
        if (function.AfFlr)
        {
            config.AdvancedFeatures(transactionsPending: true, flr: true);
        }
        if (function is { IsBridge: true, Subsystem: not null })
        {
            config.BridgeSubsystem(PciIdPair.Parse(function.Subsystem));
        }
    }

    private static void AddExtendedCapabilities(ConfigSpaceBuilder config, PlacedFunction placed)
    {
        var function = placed.Function;
        if (function.Aer is not null)
        {
            config.Aer();
        }
        if (function.Acs is not null)
        {
            config.Acs(function.Acs);
        }
        if (function.Ari)
        {
            config.Ari(nextFunction: 0);
        }
        if (function.Sriov is not null)
        {
            config.Sriov(function.Sriov);
        }
        if (function.SerialNumber is { } number)
        {
            config.SerialNumber(number);
        }
    }
}
