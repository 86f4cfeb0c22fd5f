namespace Passthru.Facts.Pci;

/// <summary>The functions of the host, by address.</summary>
public sealed record PciFacts
{
    public required EquatableArray<PciFunction> Functions { get; init; }

    /// <summary>The kernel's list of functions could be read. Source: <c>/sys/bus/pci/devices</c>.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>Functions that are on the list and could not be looked at: they are there, and nothing is known of them.</summary>
    public EquatableArray<PciAddress> Unseen { get; init; } = [];

    /// <summary>
    /// This kernel tells reset methods (Linux 5.15): at least one function has the file. With it, a function without has none.
    /// </summary>
    public bool TellsResetMethods => Functions.Any(function => function.ResetMethods is not null);
}
