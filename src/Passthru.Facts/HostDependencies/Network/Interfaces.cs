using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>
/// Network interfaces and how they are stacked. Source: <c>/sys/class/net/NAME</c>, whose real path leads through the function of
/// an adapter; bridges, bonds, teams, VLANs, macvlans and VRFs have links <c>lower_NAME</c> (netdev_adjacent_sysfs_add in
/// net/core/dev.c).
/// </summary>
internal sealed class Interfaces(HostReader files)
{
    private const string Root = "sys/class/net";
    private const string Lower = "lower_";
    private readonly Dictionary<string, InterfaceLayer?> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<InterfaceLayer>> _lower = new(StringComparer.Ordinal);
    private List<InterfaceLayer>? _all;

    /// <summary>All of this network namespace.</summary>
    public IReadOnlyList<InterfaceLayer> All => _all ??= [.. (files.Names(Root) ?? []).Select(ByName).OfType<InterfaceLayer>()];

    public InterfaceLayer? ByName(string name)
    {
        if (!_byName.TryGetValue(name, out var face))
        {
            var link = $"{Root}/{name}";
            face = DevicePath.IsName(name) && files.Link(link) is { } target ? new InterfaceLayer(name, SymlinkPath.Resolve(link, target)) : null;
            _byName[name] = face;
        }

        return face;
    }

    /// <summary>What an interface is made of: ports of a bridge, slaves of a bond, members of a VRF.</summary>
    public IReadOnlyList<InterfaceLayer> LowerOf(InterfaceLayer face)
    {
        if (!_lower.TryGetValue(face.Name, out var lower))
        {
            lower = [.. (files.Names(face.Directory) ?? [])
                .Where(name => name.StartsWith(Lower, StringComparison.Ordinal))
                .Select(name => ByName(name[Lower.Length..]))
                .OfType<InterfaceLayer>()];
            _lower[face.Name] = lower;
        }

        return lower;
    }

    public static bool IsVirtual(InterfaceLayer face) => DevicePath.IsVirtual(face.Directory);

    /// <summary>The functions below an interface.</summary>
    public IEnumerable<PciAddress> FunctionsOf(InterfaceLayer face) =>
        WithAllBelow(face).Select(below => DevicePath.FunctionOn(below.Directory)).OfType<PciAddress>().Distinct();

    /// <summary>An adapter is it, or is below it. Ports of VMs and containers end in programs.</summary>
    public bool LeadsToHardware(InterfaceLayer face) => WithAllBelow(face).Any(below => !IsVirtual(below));

    /// <summary>Of the interfaces it is made of, those that lead to an adapter.</summary>
    public IEnumerable<InterfaceLayer> WaysDown(InterfaceLayer face) => LowerOf(face).Where(LeadsToHardware);

    /// <summary>What the driver says of itself, <c>vlan</c>, <c>wireguard</c>; null where it says nothing, as a VRF does. Source: <c>DEVTYPE=</c> in <c>uevent</c>.</summary>
    public string? TypeOf(InterfaceLayer face)
    {
        const string key = "DEVTYPE=";
        return files.Text($"{face.Directory}/uevent")?.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..];
    }

    /// <summary>Source: <c>operstate</c>; a tap that no program has open is down, and an adapter without a cable.</summary>
    public bool IsDown(InterfaceLayer face) => files.Text($"{face.Directory}/operstate") is "down" or "lowerlayerdown" or "notpresent";

    /// <summary>A switch of the kernel. Source: the directory <c>bridge</c>.</summary>
    public bool IsBridge(InterfaceLayer face) => Has(face, "bridge") || Has(face, "brif");

    public bool IsBond(InterfaceLayer face) => Has(face, "bonding");

    /// <summary>A program is at its other end. Source: <c>tun_flags</c> (drivers/net/tun.c).</summary>
    public bool IsTap(InterfaceLayer face) => Has(face, "tun_flags");

    private bool Has(InterfaceLayer face, string name) => files.Exists($"{face.Directory}/{name}") == true;

    private IEnumerable<InterfaceLayer> WithAllBelow(InterfaceLayer face)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { face.Name };
        var ahead = new Queue<InterfaceLayer>([face]);
        while (ahead.TryDequeue(out var next))
        {
            yield return next;
            foreach (var lower in LowerOf(next).Where(lower => seen.Add(lower.Name)))
            {
                ahead.Enqueue(lower);
            }
        }
    }
}
