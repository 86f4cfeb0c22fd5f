using Passthru.Findings.Impacts;

namespace Passthru.Exporter.Metrics;

/// <summary>What stands above devices that are passed through, and what VMs read of them: errors are reported there.</summary>
internal static class PortFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_device_upstream_port_info", "Ports and bridges above a device that is expected on VFIO; errors of the device are reported there, too.", ["device", "port"],
            view => Scope(view).Ports.Select(it => Sample.Info(it.Function.ToString(), it.Port.ToString()))),
        Family.Gauge("passthru_device_physical_function_info", "Physical function of a virtual function that is expected on VFIO; the IOMMU may name it instead.", ["device", "physical_function"],
            view => Scope(view).VirtualFunctions.Select(it => Sample.Info(it.Function.ToString(), it.Physical.ToString()))),
        Family.Counter("passthru_port_aer_errors_total", "PCI Express errors that the ports above devices on VFIO have signalled since they were found.", ["port", "severity"],
            view => PortErrors(Scope(view))),
        Family.Gauge("passthru_device_rom_used", "Whether a VM reads the device's own ROM: it has no romfile and shows the ROM, and the device is no integrated GPU.", ["device"],
            view => RomUse.Assess(view.Facts, view.Report).OrderBy(it => it.Key).SelectMany(it => Sample.From(it.Value, it.Key.ToString()))),
    ];

    private static KernelEventScope Scope(View view) => new(view.Facts, view.Report);

    private static IEnumerable<Sample> PortErrors(KernelEventScope scope) =>
        scope.Ports.Select(it => it.Port).Distinct().Order().Select(scope.At).SelectMany(port => port is null ? [] : DeviceFamilies.AerErrors(port));
}
