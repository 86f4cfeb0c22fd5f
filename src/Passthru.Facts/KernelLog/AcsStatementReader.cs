using System.Text;
using Passthru.Facts.Pci;

namespace Passthru.Facts.KernelLog;

/// <summary>Picks <see cref="AcsStatements"/> out of the texts of the kernel's own records, each by how it begins.</summary>
internal sealed class AcsStatementReader
{
    /// <summary>A host has a few such ports.</summary>
    private const int MaxPorts = 256;

    private readonly SortedDictionary<PciAddress, bool> _workarounds = [];
    private bool _enabled;
    private bool _unknown;

    /// <summary>True: the record is one of them.</summary>
    public bool Add(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("Warning: PCIe ACS overrides enabled"u8) || text.StartsWith("PCI: Warning: PCIe ACS overrides enabled"u8))
        {
            return _enabled = true;
        }

        if (text.StartsWith("Unknown kernel command line parameters \""u8))
        {
            var isNamed = text.IndexOf("pcie_acs_override"u8) >= 0 || text.IndexOf("pcie-acs-override"u8) >= 0;
            _unknown |= isNamed;
            return isNamed;
        }

        return AddWorkaround(text);
    }

    public AcsStatements ToFacts() => new()
    {
        OverrideEnabled = _enabled,
        OverrideUnknown = _unknown,
        Workarounds = [.. _workarounds.Select(pair => new PortWorkaround(pair.Key, pair.Value))],
    };

    /// <summary><c>pci 0000:00:1c.0: Intel PCH root port ACS workaround enabled</c>, with the driver <c>pcieport</c> later on.</summary>
    private bool AddWorkaround(ReadOnlySpan<byte> text)
    {
        if (!text.EndsWith("ACS workaround enabled"u8) && !text.EndsWith("ACS quirk"u8))
        {
            return false;
        }

        var space = text.IndexOf((byte)' ');
        var end = text.IndexOf(": "u8);
        if (space < 0 || end < space || end > 64)
        {
            return false;
        }

        var said = text[(end + 2)..];
        var enabled = said.StartsWith("Intel PCH root port ACS workaround enabled"u8);
        if ((!enabled && !said.StartsWith("Failed to enable Intel PCH ACS quirk"u8))
            || !PciAddress.TryParse(Encoding.ASCII.GetString(text[(space + 1)..end]), out var port)
            || _workarounds.Count >= MaxPorts)
        {
            return false;
        }

        _workarounds[port] = enabled;
        return true;
    }
}
