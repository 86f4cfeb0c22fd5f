using System.Collections.Immutable;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Pci;

/// <summary>
/// Where a function hangs, read off its real path:
/// <c>sys/devices/pci0000:00/0000:00:1c.0/0000:05:00.0</c>. A domain of Intel VMD begins a second time below its controller:
/// <c>…/0000:00:0e.0/pci10000:e0/10000:e0:06.0</c>.
/// </summary>
public sealed record PciPath
{
    /// <summary>The directory of the function, relative to the root.</summary>
    public required string Directory { get; init; }

    /// <summary>Every function above, nearest first, across the controllers of nested domains.</summary>
    public EquatableArray<PciAddress> Ancestors { get; init; } = [];

    /// <summary>The bridge right above; null on a root bus.</summary>
    public PciAddress? Parent { get; init; }

    /// <summary>The path says so: there is a root bus (<c>pci0000:00</c>) above.</summary>
    public required bool IsKnown { get; init; }

    /// <summary>The root bus it hangs on, the nearest where domains nest: <c>pci0000:00</c>; null where the path does not say.</summary>
    public string? RootBus => Directory.Split('/').LastOrDefault(part => IsRootBus(part));

    /// <summary>
    /// The way to the function without bus numbers, which one more card shifts: the root bus, then device and function of each
    /// step: <c>pci0000:00/1c.0/00.0</c>. A domain below a controller has its number by the order of probing; it is <c>pci</c> here.
    /// The address where the path does not say.
    /// </summary>
    public string Place
    {
        get
        {
            var steps = new List<string>();
            var parts = Directory.Split('/');
            foreach (var part in parts)
            {
                if (PciAddress.TryParse(part, out _))
                {
                    steps.Add(part[^4..]);
                }
                else if (IsRootBus(part))
                {
                    steps.Add(steps.Count == 0 ? part : "pci");
                }
            }

            return IsKnown ? string.Join('/', steps) : parts[^1];
        }
    }

    /// <summary>Reads a link of <c>sys/bus/pci/devices</c> (<c>../../../devices/pci0000:00/0000:00:02.0</c>).</summary>
    public static PciPath FromLink(string target) => From(SymlinkPath.Resolve("sys/bus/pci/devices/ADDRESS", target));

    /// <summary>A function whose directory stands where the link should be: where it hangs is unknown.</summary>
    public static PciPath Unlinked(string directory) => new() { Directory = directory, IsKnown = false };

    private static PciPath From(string directory)
    {
        var above = ImmutableArray.CreateBuilder<PciAddress>();
        PciAddress? parent = null;
        var onRootBus = true;
        var known = false;
        var parents = directory.AsSpan(0, Math.Max(0, directory.LastIndexOf('/')));
        foreach (var range in parents.Split('/'))
        {
            var part = parents[range];
            if (PciAddress.TryParse(part, out var address))
            {
                above.Insert(0, address);
                parent = address;
                onRootBus = false;
            }
            else if (IsRootBus(part))
            {
                parent = null;
                onRootBus = true;
                known = true;
            }
        }

        return new PciPath
        {
            Directory = directory,
            Ancestors = above.DrainToImmutable(),
            Parent = onRootBus ? null : parent,
            IsKnown = known,
        };
    }

    private static bool IsRootBus(ReadOnlySpan<char> part) => part.StartsWith("pci", StringComparison.Ordinal) && part.Contains(':');
}
