namespace Passthru.Tests.Hosts;

/// <summary>The state in which a function is left by its driver, or by having none.</summary>
internal static class FunctionPower
{
    public static string State(FakeFunction function) => function.PowerState ?? Derived(function);

    /// <summary>vfio-pci lets an idle device sleep, and sets power/control to do so (vfio_pci_core.c).</summary>
    public static bool IdleOnVfio(FakeFunction function) =>
        function is { OnVfio: true, InUse: false } && function.Pm != PmReset.None;

    public static void WriteTo(HostTree tree, PlacedFunction placed, KernelRelease release)
    {
        var function = placed.Function;
        if (release.HasPowerState)
        {
            tree.Line($"{placed.Path}/power_state", State(function));
        }
        tree.Line($"{placed.Path}/d3cold_allowed", function.D3coldAllowed ? "1" : "0")
            .Line($"{placed.Path}/power/control", function.RuntimeControl ?? (function.OnVfio || function.IsBridge ? "auto" : "on"))
            .Line($"{placed.Path}/power/runtime_status", function.RuntimeStatus ?? (IdleOnVfio(function) ? "suspended" : "active"));
    }

    private static string Derived(FakeFunction function) => function switch
    {
        { Driver: null, Pm: not PmReset.None } => "unknown",
        _ when IdleOnVfio(function) => "D3hot",
        _ => "D0",
    };
}
