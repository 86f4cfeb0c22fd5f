using System.Globalization;

namespace Passthru.Tests.Hosts;

/// <summary>"6.8.0-45-generic", and what sysfs has or lacks at that age.</summary>
internal sealed record KernelRelease(string Text)
{
    /// <summary>"8.0 GT/s PCIe" instead of "8 GT/s" (pci_speed_string()).</summary>
    public bool HasLongSpeeds => Since(5, 7);

    public bool HasPowerState => Since(5, 11);

    public bool HasResetMethod => Since(5, 15);

    public bool HasVfioDev => Since(6, 1);

    /// <summary>Chip names of interrupts carry the address of the device (kernel/irq/msi.c).</summary>
    public bool HasInterruptDomainPerDevice => Since(6, 2);

    private bool Since(int major, int minor)
    {
        var parts = Text.Split('.', '-').Take(2).Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return (parts[0], parts[1]).CompareTo((major, minor)) >= 0;
    }

    public override string ToString() => Text;
}
