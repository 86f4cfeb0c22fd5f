namespace Passthru.Tests.Hosts;

/// <summary>The power management capability, as far as a reset goes (PCI PM 3.2.4, No_Soft_Reset).</summary>
internal enum PmReset
{
    /// <summary>No such capability.</summary>
    None,

    /// <summary>NoSoftRst-: D3hot → D0 resets the function.</summary>
    Resets,

    /// <summary>NoSoftRst+: it keeps its state.</summary>
    Keeps,
}
