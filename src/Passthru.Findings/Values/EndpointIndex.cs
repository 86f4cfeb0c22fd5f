using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.Values;

/// <summary>The endpoints of the host, looked up as people name them.</summary>
internal sealed class EndpointIndex(PciFacts? pci)
{
    private readonly Dictionary<PciAddress, PciFunction> _byAddress = (pci?.Functions ?? []).ToDictionary(function => function.Address);

    private readonly ILookup<string?, PciFunction> _byGroup = (pci?.Functions ?? []).Where(function => function.IsEndpoint).ToLookup(function => function.Group);

    /// <summary>By address.</summary>
    public ImmutableArray<PciFunction> All { get; } = [.. (pci?.Functions ?? []).Where(function => function.IsEndpoint).OrderBy(function => function.Address)];

    /// <summary>What is not among them is not on the bus.</summary>
    public bool IsComplete { get; } = pci is { Unseen.IsEmpty: true };

    /// <summary>The endpoints of a group.</summary>
    public IEnumerable<PciFunction> InGroup(string group) => _byGroup[group];

    /// <summary>Whatever is at an address, bridges too.</summary>
    public PciFunction? At(PciAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>It is there, and what it is could not be seen.</summary>
    public bool IsUnseen(PciAddress address) => Unseen.Contains(address);

    public ImmutableArray<PciAddress> Unseen => pci?.Unseen ?? [];

    /// <summary>The functions that are meant; where none of a slot is there, its first, which is then missed.</summary>
    public IEnumerable<PciAddress> Selected(PciSelector selector)
    {
        if (!selector.WholeSlot)
        {
            return [selector.Address];
        }

        var there = All.Select(function => function.Address).Concat(Unseen).Where(selector.Covers).ToList();
        return there.Count > 0 ? there : [selector.Address];
    }

    /// <summary>The function of a choice that its ids and its group speak of.</summary>
    public PciAddress First(DeviceAlternative choice) => Selected(choice.Functions[0]).First();
}
