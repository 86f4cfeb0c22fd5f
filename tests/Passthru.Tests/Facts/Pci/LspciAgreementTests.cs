using Passthru.Facts.Pci;
using Passthru.Tests.Hosts;

namespace Passthru.Tests.Facts.Pci;

/// <summary>lspci, which we did not write, reads the same bytes: it has to find the same access control and the same resets.</summary>
public sealed class LspciAgreementTests
{
    public static TheoryData<string> Names => [.. AllHosts.Names];

    [Theory, MemberData(nameof(Names))]
    public void Agrees_on_access_control_and_on_function_level_reset(string name)
    {
        var host = AllHosts.Host(name);
        var tree = (host with { Functions = Present(host.Functions) }).Build();
        using var written = new WrittenHost(tree);
        var lspci = Lspci.Of(written);
        Assert.SkipWhen(lspci is null, "lspci is not installed (package pciutils): nobody checks the decoder");

        foreach (var placed in host.Placed)
        {
            if (ConfigSpace.TryParse(tree.Read($"{placed.Path}/config"), out var config) && !placed.Function.Asleep)
            {
                Assert.Equal(Told(lspci!.Functions[placed.Function.Address]), Told(config));
            }
        }
    }

    private static IReadOnlyList<FakeFunction> Present(IReadOnlyList<FakeFunction> functions) =>
        [.. functions.Select(function => function with { Vanished = false, Behind = Present(function.Behind) })];

    /// <summary>The lines of both registers, and which of the two resets there are.</summary>
    private static string Told(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("ACSC", StringComparison.Ordinal));
        var resets = $"{text.Contains("FLReset+", StringComparison.Ordinal)} {text.Contains("AFCap: TP+ FLR+", StringComparison.Ordinal)}";
        return string.Join('\n', lines.Append(resets));
    }

    private static string Told(ConfigSpace config)
    {
        string[] lines = config.AccessControl is { } acs ? [$"ACSCap:\t{Bits(acs.Capability)}", $"ACSCtl:\t{Bits(acs.Control)}"] : [];
        return string.Join('\n', [.. lines, $"{config.Express?.FunctionLevelReset == true} {config.AdvancedFeatures?.FunctionLevelReset == true}"]);
    }

    private static string Bits(AccessControls bits)
    {
        string[] names = ["SrcValid", "TransBlk", "ReqRedir", "CmpltRedir", "UpstreamFwd", "EgressCtrl", "DirectTrans"];
        return string.Join(' ', names.Select((name, bit) => $"{name}{(((int)bits & (1 << bit)) != 0 ? '+' : '-')}"));
    }
}
