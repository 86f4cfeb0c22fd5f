namespace Passthru.Tests.Hosts;

/// <summary>The firmware offers VT-d, the command line refuses it. Interrupt remapping is another matter, and stays on.</summary>
internal static class IommuOffKernel
{
    public static FakeHost Host()
    {
        var desktop = IntelDesktop.Host();
        return desktop with
        {
            CommandLine = desktop.CommandLine + " intel_iommu=off",
            Units = [],
            Functions = Parts.Ungrouped(desktop.Functions),
        };
    }
}
