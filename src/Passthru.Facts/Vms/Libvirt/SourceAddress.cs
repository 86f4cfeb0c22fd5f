using Passthru.Facts.Pci;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// The address of a host's function: <c>&lt;address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/&gt;</c>
/// (virPCIDeviceAddressParseXML). What is left out is 0 there; here only domain and function may be, so that an element
/// that says nothing is no device.
/// </summary>
internal static class SourceAddress
{
    public static bool TryParse(Element? address, out PciAddress function)
    {
        function = default;
        if (address is null
            || (address["type"] ?? "pci") != "pci"
            || !CNumber.TryParse(address["domain"] ?? "0", out var domain)
            || !CNumber.TryParse(address["bus"], out var bus) || bus > byte.MaxValue
            || !CNumber.TryParse(address["slot"], out var slot) || slot > 0x1f
            || !CNumber.TryParse(address["function"] ?? "0", out var number) || number > 7)
        {
            return false;
        }

        function = new PciAddress(domain, (byte)bus, (byte)slot, (byte)number);
        return true;
    }
}
