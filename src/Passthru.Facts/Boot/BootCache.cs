using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot;

/// <summary>What one read leaves for the next: what was made of long files, good as long as these stay.</summary>
/// <param name="Images">Each holds as long as its digest is the one that the worker hands out.</param>
/// <param name="Kernels">Each holds as long as <c>modules.alias</c> and the host's functions stay.</param>
public sealed record BootCache(EquatableArray<InitramfsFacts> Images, EquatableArray<KernelDrivers> Kernels)
{
    public static readonly BootCache Empty = new([], []);
}
