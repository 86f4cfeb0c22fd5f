using System.Globalization;

namespace Passthru.Facts.Kernel;

/// <summary>The version at the start of a kernel release: 6.8 of <c>6.8.12-4-pve</c>.</summary>
public readonly record struct KernelRelease(int Major, int Minor) : IComparable<KernelRelease>
{
    /// <summary>The first that tells reset methods (<c>reset_method</c>, August 2021).</summary>
    public static readonly KernelRelease WithResetMethods = new(5, 15);

    /// <summary>The first in which drivers declare who owns a device's DMA, and VFIO goes by that (July 2022).</summary>
    public static readonly KernelRelease WithDmaOwnership = new(5, 19);

    /// <summary>
    /// The first in which VFIO resets no virtual function together with others ("vfio/pci: Separate SR-IOV VF dev_set", September 2025).
    /// </summary>
    public static readonly KernelRelease WithVirtualFunctionsApart = new(6, 17);

    /// <summary>
    /// The kernel has what came with a version: true from that version on. An earlier kernel may have it all the same, from a stable
    /// release or a distribution: null, as of an unknown one.
    /// </summary>
    public static bool? Since(string? release, KernelRelease first) => TryParse(release, out var running) && running >= first ? true : null;

    public static bool TryParse(ReadOnlySpan<char> text, out KernelRelease release)
    {
        release = default;
        var dot = text.IndexOf('.');
        if (dot <= 0)
        {
            return false;
        }

        var rest = text[(dot + 1)..];
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        if (!TryNumber(text[..dot], out var major) || !TryNumber(end < 0 ? rest : rest[..end], out var minor))
        {
            return false;
        }

        release = new KernelRelease(major, minor);
        return true;
    }

    public int CompareTo(KernelRelease other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(KernelRelease left, KernelRelease right) => left.CompareTo(right) < 0;

    public static bool operator <=(KernelRelease left, KernelRelease right) => left.CompareTo(right) <= 0;

    public static bool operator >(KernelRelease left, KernelRelease right) => left.CompareTo(right) > 0;

    public static bool operator >=(KernelRelease left, KernelRelease right) => left.CompareTo(right) >= 0;

    private static bool TryNumber(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
