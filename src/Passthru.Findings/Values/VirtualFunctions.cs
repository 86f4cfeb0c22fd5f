using Passthru.Facts.Pci;

namespace Passthru.Findings.Values;

/// <summary>Where the virtual functions of a physical one come to be (PCIe 6.0, 9.3.3).</summary>
internal static class VirtualFunctions
{
    /// <summary>The physical function whose virtual function would be at the address; null where none is known to be.</summary>
    public static PciFunction? PhysicalFunctionOf(PciAddress address, EndpointIndex endpoints) =>
        endpoints.All.FirstOrDefault(function => IsAmongThoseOf(function, address));

    private static bool IsAmongThoseOf(PciFunction physical, PciAddress address)
    {
        if (physical.IsVirtual || physical.TotalVirtualFunctions is not > 0 || physical.Address == address || physical.Address.Domain != address.Domain)
        {
            return false;
        }

        // Config space that was not read leaves the functions of the same device: there the first seven are.
        if (physical.Config?.SingleRootIov is not { Stride: > 0 } place)
        {
            return physical.Address.SharesSlotWith(address);
        }

        var from = RequesterId(address) - RequesterId(physical.Address) - place.FirstOffset;
        return from >= 0 && from % place.Stride == 0 && from / place.Stride < place.TotalVirtualFunctions;
    }

    private static int RequesterId(PciAddress address) => (address.Bus << 8) | address.DeviceFunction;
}
