using System.Text;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// The names by which a driver is found for a function: <c>pci:v000010DEd00002204sv…sd…bc03sc00i00</c>, in the driver with
/// wildcards (do_pci_entry in scripts/mod/file2alias.c, pci_uevent in drivers/pci/pci-driver.c).
/// </summary>
internal static class ModuleAliasPattern
{
    /// <summary>Null: the function does not tell its ids.</summary>
    public static byte[]? For(PciFunction function) =>
        function.Vendor is { } vendor && function.Device is { } device && function.Class is { Code: var code }
            ? Encoding.ASCII.GetBytes(
                $"pci:v{vendor:X8}d{device:X8}sv{function.Subsystem?.Vendor ?? 0:X8}sd{function.Subsystem?.Device ?? 0:X8}bc{code >> 16:X2}sc{(code >> 8) & 0xff:X2}i{code & 0xff:X2}")
            : null;

    /// <summary>fnmatch without classes of characters, of which no alias of PCI has any.</summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        const int vendor = 5;
        if (pattern.Length > vendor && name.Length > vendor && pattern[vendor] != (byte)'*' && !name.StartsWith(pattern[..Math.Min(pattern.Length, vendor + 8)]))
        {
            return false;
        }

        var (p, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && (pattern[p] == name[n] || pattern[p] == (byte)'?'))
            {
                p++;
                n++;
            }
            else if (p < pattern.Length && pattern[p] == (byte)'*')
            {
                (star, mark) = (p++, n);
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart((byte)'*').IsEmpty;
    }
}
