using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.Vms;

/// <summary>
/// Entries with <c>mdev=nvidia-N</c> on a virtual function of NVIDIA's VFIO framework: Proxmox reserves the whole function and keeps
/// its driver (parse_hostpci in PVE/QemuServer/PCI.pm).
/// </summary>
internal static class VgpuFunctions
{
    private const string Nvidia = "nvidia-";

    public static Func<Vm, Vm> For(PciFacts? pci)
    {
        var functions = (pci?.Functions ?? []).Where(function => function.Mediated?.Kind == MediatedKind.WholeFunction).Select(function => function.Address).ToHashSet();
        return functions.Count == 0 ? vm => vm : vm => vm with
        {
            Devices = [.. vm.Devices.Select(Taken)],
            StartedWith = vm.StartedWith is { } before ? [.. before.Select(Taken)] : null,
        };

        VmDevice Taken(VmDevice device) =>
            device.MediatedType?.StartsWith(Nvidia, StringComparison.Ordinal) == true
            && device.Choices.Any(choice => choice.Functions is [var only] && functions.Contains(only.Address))
                ? device with { TakesVgpuFunction = true, KeepsDriver = true }
                : device;
    }
}
