using System.Collections.Immutable;

namespace Passthru.Facts.Pci;

/// <summary>The functions of the host, by address.</summary>
public sealed record PciFacts
{
    public required ImmutableArray<PciFunction> Functions { get; init; }

    /// <summary>
    /// This kernel tells reset methods (Linux 5.15): at least one function has the file. With it, a function without has none.
    /// </summary>
    public bool TellsResetMethods => Functions.Any(function => function.ResetMethods is not null);
}
