using Passthru.Facts.Reading;

namespace Passthru.Facts.Pci;

/// <summary>
/// How the guest's driver has set up interrupts of a function that VFIO has open. QEMU asks for the interrupt pin as soon as it opens a
/// device that has one, and for vectors only when a driver in the guest enables MSI or MSI-X (vfio_intx_enable, vfio_msi_enable in
/// drivers/vfio/pci/vfio_pci_intrs.c).
/// </summary>
/// <param name="Mode">What is set up.</param>
/// <param name="Delivered">Interrupts that the host has counted on its own vectors, null where they can't be told from those of others on the line. Those posted to the guest are not counted.</param>
internal sealed record GuestInterrupts(GuestInterruptMode Mode, ulong? Delivered)
{
    /// <summary>A device has 2048 vectors at most, and a guest one or two for each CPU; whoever has more is not counted.</summary>
    private const int MaxVectors = 256;

    /// <summary>Null: it can't be told. Sources: <c>msi_irqs/</c>, <c>irq</c>, <c>/sys/kernel/irq/N/actions</c> and <c>per_cpu_count</c>.</summary>
    public static GuestInterrupts? Read(PciAddress address, HostReader device)
    {
        var vectors = device.Noting(() => device.Names("msi_irqs"), out var isListed);
        if (!isListed)
        {
            return null;
        }

        if (vectors is { Count: > 0 })
        {
            return OfVectors(device, vectors);
        }

        if (device.Value<int>("irq", Number.TryParse) is not { } line)
        {
            return null;
        }

        var own = $"vfio-intx({address})";
        return line == 0 ? new GuestInterrupts(GuestInterruptMode.None, null)
            : device.Root.Text($"sys/kernel/irq/{line}/actions") is not { } actions ? null
            : !actions.Split(',').Contains(own) ? new GuestInterrupts(GuestInterruptMode.None, null)
            : new GuestInterrupts(GuestInterruptMode.Intx, actions == own ? Count(device.Root, $"{line}") : null);
    }

    /// <summary>The number is that of the line alone: <c>msi</c> or <c>msix</c> stands in the file of each.</summary>
    private static GuestInterrupts? OfVectors(HostReader device, IReadOnlyList<string> vectors)
    {
        GuestInterruptMode? mode = device.Text($"msi_irqs/{vectors[0]}") switch { "msi" => GuestInterruptMode.Msi, "msix" => GuestInterruptMode.Msix, _ => null };
        if (mode is not { } known)
        {
            return null;
        }

        var root = device.Root;
        ulong? delivered = vectors.Count > MaxVectors ? null : 0;
        foreach (var vector in vectors.Take(MaxVectors))
        {
            delivered += Count(root, vector);
        }

        return new GuestInterrupts(known, delivered);
    }

    /// <summary>One number for each CPU, between commas.</summary>
    private static ulong? Count(HostReader root, string line) => root.Value<ulong>($"sys/kernel/irq/{line}/per_cpu_count", TryParseCounts);

    public static bool TryParseCounts(ReadOnlySpan<char> text, out ulong total)
    {
        total = 0;
        foreach (var part in text.Split(','))
        {
            if (!ulong.TryParse(text[part], out var count))
            {
                return false;
            }

            total += count;
        }

        return true;
    }
}

/// <summary>Interrupts of a function that went to a guest since the guest's driver set them up. No part of what a host is: they are others with every read.</summary>
public readonly record struct GuestInterruptCount(PciAddress Function, ulong Delivered);

/// <summary>What a guest's driver has set up.</summary>
public enum GuestInterruptMode
{
    /// <summary>Nothing: no driver in the guest has taken the function up.</summary>
    None,

    /// <summary>The pin, which QEMU sets up by itself: a driver has taken the function up only if it fires.</summary>
    Intx,

    Msi,

    Msix,
}
