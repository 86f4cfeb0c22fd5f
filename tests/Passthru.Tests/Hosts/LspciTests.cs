using System.Collections.Concurrent;

namespace Passthru.Tests.Hosts;

/// <summary>The fixture hosts are worth as much as they are real: lspci, which we did not write, has to read them as meant.</summary>
public sealed class LspciTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Lspci?>> Readings = new();

    public static TheoryData<string> Names => [.. AllHosts.Names];

    /// <summary>Hosts without a function whose config space is rubbish on purpose.</summary>
    public static TheoryData<string> Intact =>
        [.. AllHosts.Names.Where(name => AllHosts.Host(name).Placed.All(placed => placed.Function is { Asleep: false, Dead: false }))];

    [Theory, MemberData(nameof(Names))]
    public void Lists_exactly_the_functions_of_the_host(string name)
    {
        var expected = AllHosts.Host(name).Placed.Select(placed => placed.Function.Address);

        Assert.Equal(expected.Order(StringComparer.Ordinal), Read(name).Functions.Keys.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Agrees_on_function_level_reset(string name)
    {
        var host = AllHosts.Host(name);
        var lspci = Read(name);

        foreach (var function in host.Placed.Select(placed => placed.Function).Where(function => Readable(host, function)))
        {
            var text = lspci.Functions[function.Address];
            Assert.Equal(function.Flr, text.Contains("FLReset+", StringComparison.Ordinal));
            Assert.Equal(function.AfFlr, text.Contains("AFCap: TP+ FLR+", StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Decodes_every_capability_that_was_described(string name)
    {
        var host = AllHosts.Host(name);
        var lspci = Read(name);

        foreach (var function in host.Placed.Select(placed => placed.Function).Where(function => Readable(host, function)))
        {
            Assert.All(Described(function), part => Assert.Contains(part, lspci.Functions[function.Address], StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(Intact))]
    public void Has_nothing_to_complain_about(string name)
    {
        var lspci = Read(name);

        Assert.Equal("", lspci.Complaints);
        Assert.DoesNotContain("!!!", lspci.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Unknown", lspci.Text, StringComparison.Ordinal);
    }

    private static Lspci Read(string name)
    {
        var lspci = Readings.GetOrAdd(name, _ => new(() => Take(AllHosts.Host(name)))).Value;
        Assert.SkipWhen(lspci is null, "lspci is not installed (package pciutils): the fixture hosts go unchecked");
        return lspci!;
    }

    private static Lspci? Take(FakeHost host)
    {
        using var written = new WrittenHost((host with { Functions = Mended(host.Functions) }).Build());
        return Lspci.Of(written);
    }

    /// <summary>lspci exits at a function that has no directory, before it has printed any other.</summary>
    private static IReadOnlyList<FakeFunction> Mended(IReadOnlyList<FakeFunction> functions) =>
    [
        .. functions.Select(function => function with
        {
            Vanished = false,
            Behind = Mended(function.Behind),
        }),
    ];

    private static bool Readable(FakeHost host, FakeFunction function) =>
        host.ReadableConfig > 64 && function is { Asleep: false, Dead: false };

    private static IEnumerable<string> Described(FakeFunction function) =>
        new (bool Given, string Text)[]
        {
            (function.Pm == PmReset.Keeps, "NoSoftRst+"),
            (function.Pm == PmReset.Resets, "NoSoftRst-"),
            (function.Msi, "MSI: Enable"),
            (function.MsiX > 0, $"MSI-X: Enable{(function.Driver is null ? '-' : '+')} Count={function.MsiX} "),
            (function.Express is not null, "Express (v2)"),
            (function.Link is not null, $"Width x{function.Link?.MaxWidth}"),
            (function.Aer is not null, "Advanced Error Reporting"),
            (function.Acs is not null, "Access Control Services"),
            (function.Acs == AcsBits.On, "ACSCtl:\tSrcValid+ TransBlk- ReqRedir+ CmpltRedir+ UpstreamFwd+"),
            (function.Ari, "Alternative Routing-ID Interpretation"),
            (function.Sriov is not null, $"Total VFs: {function.Sriov?.TotalVfs}"),
            (function.SerialNumber is not null, "Device Serial Number"),
            (function.Group is not null, $"IOMMU group: {function.Group}"),
            (function.Driver is not null, $"Kernel driver in use: {function.Driver}"),
            (function.NumaNode > 0, $"NUMA node: {function.NumaNode}"),
            (function.Label is not null, $"DeviceName: {function.Label}"),
        }.Where(part => part.Given).Select(part => part.Text);
}
