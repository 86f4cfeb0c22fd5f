namespace Passthru.Tests.Hosts;

/// <summary>The parts that machines are made of, each with what is usual for its sort; a host says what is special with "with".</summary>
internal static class Parts
{
    /// <summary>A chip on a bus of its own standard: no PCI Express capability.</summary>
    public static FakeFunction Conventional(string address, string ids, int code, int? group, string? driver = null) =>
        new(address, ids, code) { Group = group, Driver = driver };

    /// <summary>Part of the root complex: PCI Express, but without a link (RCiEP).</summary>
    public static FakeFunction Integrated(string address, string ids, int code, int? group, string? driver = null) =>
        new(address, ids, code) { Group = group, Driver = driver, Express = ExpressType.Integrated };

    public static FakeFunction Endpoint(string address, string ids, int code, int? group, string? driver = null) =>
        new(address, ids, code)
        {
            Group = group,
            Driver = driver,
            Express = ExpressType.Endpoint,
            Pm = PmReset.Keeps,
            MsiX = 16,
            Aer = new(),
            Link = new(3, 4),
        };

    public static FakeFunction Nvme(string address, string ids, int? group, string? driver = "nvme") =>
        Endpoint(address, ids, ClassCode.Nvme, group, driver) with { Flr = true };

    /// <summary>A graphics card's VGA function: a legacy endpoint with MSI.</summary>
    public static FakeFunction Vga(string address, string ids, int? group, string? driver) =>
        Endpoint(address, ids, ClassCode.Vga, group, driver) with
        {
            Express = ExpressType.LegacyEndpoint,
            MsiX = 0,
            Msi = true,
            Link = new(3, 16),
        };

    public static FakeFunction HdmiAudio(string address, string ids, int? group, string? driver) =>
        Vga(address, ids, group, driver) with { Class = ClassCode.Audio };

    public static FakeFunction RootPort(string address, string ids, int? group, params IReadOnlyList<FakeFunction> behind) =>
        Port(ExpressType.RootPort, address, ids, group, behind) with { Acs = AcsBits.On };

    /// <summary>A switch's port towards the processor. It needs no ACS of its own while it is a single function.</summary>
    public static FakeFunction UpstreamPort(string address, string ids, int? group, params IReadOnlyList<FakeFunction> behind) =>
        Port(ExpressType.UpstreamPort, address, ids, group, behind);

    /// <summary>Without ACS, as cheap switches have it.</summary>
    public static FakeFunction DownstreamPort(string address, string ids, int? group, params IReadOnlyList<FakeFunction> behind) =>
        Port(ExpressType.DownstreamPort, address, ids, group, behind);

    /// <summary>PCI Express above, conventional PCI below: all behind it share one requester id.</summary>
    public static FakeFunction PciBridge(string address, string ids, int? group, params IReadOnlyList<FakeFunction> behind) =>
        new(address, ids, ClassCode.PciBridge)
        {
            Group = group,
            Express = ExpressType.PciBridge,
            Pm = PmReset.Keeps,
            Link = new(2, 1),
            Behind = behind,
        };

    /// <summary>Consecutive functions of one slot with nothing but a header, as uncore registers are.</summary>
    public static IReadOnlyList<FakeFunction> Registers(string slot, int count, string ids, int? group) =>
        [.. Enumerable.Range(0, count).Select(function => Conventional($"{slot}.{function}", ids, ClassCode.Peripheral, group))];

    /// <summary>The same functions on a machine whose kernel runs no IOMMU.</summary>
    public static IReadOnlyList<FakeFunction> Ungrouped(IEnumerable<FakeFunction> functions) =>
        [.. functions.Select(function => function with { Group = null, Behind = Ungrouped(function.Behind) })];

    /// <summary>The same functions on a NUMA node; what is behind them follows.</summary>
    public static IReadOnlyList<FakeFunction> OnNode(int node, params IReadOnlyList<FakeFunction> functions) =>
        [.. functions.Select(function => function with { NumaNode = node })];

    private static FakeFunction Port(ExpressType type, string address, string ids, int? group, IReadOnlyList<FakeFunction> behind) =>
        new(address, ids, ClassCode.PciBridge)
        {
            Group = group,
            Driver = "pcieport",
            Express = type,
            Pm = PmReset.Keeps,
            Msi = true,
            Aer = new(),
            Link = behind is [{ Link: { } trained }, ..] ? trained : new(3, 4) { Generation = 1, Width = 0 },
            Behind = behind,
        };
}
