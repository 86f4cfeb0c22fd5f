using System.Globalization;
using Passthru.Facts.Values;

namespace Passthru.Facts.Pci;

/// <summary>
/// The class code of a function, 24 bits: base class, subclass, programming interface (PCI Code and ID Assignment
/// Specification, section 1). Source: <c>class</c>, <c>0x%06x</c>.
/// </summary>
public readonly record struct PciClass(uint Code)
{
    public byte Base => (byte)(Code >> 16);

    public byte Sub => (byte)(Code >> 8);

    /// <summary>Base class and subclass, as most tables of classes give them.</summary>
    public ushort BaseAndSub => (ushort)(Code >> 8);

    public static bool TryParse(ReadOnlySpan<char> text, out PciClass value)
    {
        var understood = Hex.TryParse(text, out var code) && code <= 0xffffff;
        value = new PciClass(understood ? code : 0);
        return understood;
    }

    /// <summary>What an operator would call such a device.</summary>
    public DeviceKind Kind => BaseAndSub switch
    {
        0x0001 => DeviceKind.Gpu,                          // VGA-compatible, from before class codes
        0x0108 => DeviceKind.Nvme,                         // non-volatile memory
        0x0401 or 0x0403 => DeviceKind.Audio,              // audio device, HD audio
        0x0b40 => DeviceKind.Accelerator,                  // co-processor
        0x0c03 => DeviceKind.Usb,
        _ => Base switch
        {
            0x01 => DeviceKind.Storage,
            0x02 => DeviceKind.Network,
            0x03 => DeviceKind.Gpu,
            0x12 => DeviceKind.Accelerator,                // processing accelerator
            _ => DeviceKind.Other,
        },
    };

    public override string ToString() => Code.ToString("x6", CultureInfo.InvariantCulture);
}

/// <summary>What an operator calls a device; <see cref="Other"/> is what nobody hands to a virtual machine for its own sake.</summary>
public enum DeviceKind
{
    Gpu,
    Accelerator,
    Nvme,
    Storage,
    Network,
    Usb,
    Audio,
    Other,
}
