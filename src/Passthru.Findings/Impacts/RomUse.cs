using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.NextStart;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Impacts;

/// <summary>
/// Whether a VM reads the ROM of a device that it is given. It does not where its manager gives it a file instead or hides the ROM,
/// and integrated graphics have none: their code is part of the board's firmware.
/// </summary>
public static class RomUse
{
    private const ushort Amd = 0x1022;
    private const ushort AmdGraphics = 0x1002;

    /// <summary>For each function that a VM is configured to take. False: no VM reads its ROM; null: it cannot be told.</summary>
    public static IReadOnlyDictionary<PciAddress, bool?> Assess(HostFacts facts, Report report)
    {
        var endpoints = new EndpointIndex(facts.Pci);
        return (report.Vms ?? []).Where(vm => !vm.Vm.IsTemplate)
            .SelectMany(vm => vm.Functions.Select(it => (it.Address, Shown: ShowsRom(vm, it))))
            .GroupBy(it => it.Address)
            .ToDictionary(it => it.Key, it => it.Any(use => use.Shown) ? !IsIntegratedGraphics(endpoints, it.Key) : false);
    }

    private static bool ShowsRom(VmVerdict vm, VmFunction function) =>
        vm.Vm.Devices.FirstOrDefault(device => device.Slot == function.Slot) is { HasRomBar: not false, RomFile: null };

    /// <summary>Graphics on the root bus, and AMD's behind the internal bridges of its processors, which are device 8 there.</summary>
    private static bool? IsIntegratedGraphics(EndpointIndex endpoints, PciAddress address)
    {
        if (endpoints.At(address) is not { Class: not null, Path.IsKnown: true } function)
        {
            return null;
        }

        var bridge = function.Path.Parent is { } parent ? endpoints.At(parent) : null;
        return function.Kind != DeviceKind.Gpu ? false
            : function.Path.Parent is null ? true
            : function.Vendor is not { } vendor ? null
            : vendor != AmdGraphics ? false
            : bridge?.Vendor is { } above ? above == Amd && bridge.Address is { Bus: 0, Device: 8 } : null;
    }
}
