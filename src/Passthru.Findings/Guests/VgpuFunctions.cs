using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Guests;

/// <summary>
/// Entries with <c>mdev=nvidia-N</c> on a virtual function of NVIDIA's VFIO framework: Proxmox reserves the whole function and keeps
/// its driver (parse_hostpci in PVE/QemuServer/PCI.pm).
/// </summary>
internal static class VgpuFunctions
{
    private const string Nvidia = "nvidia-";

    public static Func<Guest, Guest> For(PciFacts? pci)
    {
        var functions = (pci?.Functions ?? []).Where(function => function.Mediated?.Kind == MediatedKind.WholeFunction).Select(function => function.Address).ToHashSet();
        return functions.Count == 0 ? guest => guest : guest => guest with
        {
            Devices = [.. guest.Devices.Select(Taken)],
            StartedWith = guest.StartedWith is { } before ? [.. before.Select(Taken)] : null,
        };

        GuestDevice Taken(GuestDevice device) =>
            device.MediatedType?.StartsWith(Nvidia, StringComparison.Ordinal) == true
            && device.Choices.Any(choice => choice.Functions is [var only] && functions.Contains(only.Address))
                ? device with { TakesVgpuFunction = true, KeepsDriver = true }
                : device;
    }
}
