namespace Passthru.Tests.Hosts;

/// <summary>The methods that the kernel finds while it adds a function (drivers/pci/pci.c, pci_reset_fn_methods).</summary>
internal static class FunctionReset
{
    public static void WriteTo(HostTree tree, PlacedFunction placed)
    {
        var methods = placed.Function.ResetMethod == FakeFunction.AsTheKernelFinds ? Find(placed) : placed.Function.ResetMethod;
        if (methods is not null)
        {
            tree.Text($"{placed.Path}/reset_method", methods.Length == 0 ? "" : methods + "\n").Text($"{placed.Path}/reset", "");
        }
    }

    private static string? Find(PlacedFunction placed)
    {
        var function = placed.Function;
        string?[] methods =
        [
            function.Flr ? "flr" : null,
            function.AfFlr ? "af_flr" : null,
            function.Pm == PmReset.Resets ? "pm" : null,
            ByBus(placed) ? "bus" : null,
        ];
        return methods.Any(method => method is not null) ? string.Join(' ', methods.OfType<string>()) : null;
    }

    /// <summary>
    /// A bridge's own bus does not exist yet either, so the first port of a switch lists "bus" too. A virtual function shares
    /// the bus with its physical one, or sits on a bus without a bridge.
    /// </summary>
    private static bool ByBus(PlacedFunction placed) =>
        placed is { BehindBridge: true, FirstOnItsBus: true, Function.PhysicalFunction: null };
}
