namespace Passthru.Findings.Devices;

/// <summary>How a device can be reset between two virtual machines; null is: can't be told.</summary>
/// <param name="Flr">The kernel can use a Function Level Reset.</param>
/// <param name="Methods">Methods that can work, a reset of the whole card among them; 0 is a device that keeps the state of its last user.</param>
/// <param name="First">The method the kernel would try first; <c>bus</c> where only the whole card can be reset.</param>
public sealed record ResetVerdict(bool? Flr, int? Methods, string? First)
{
    /// <summary>VFIO can reset it together with all that shares its bus or slot.</summary>
    public bool? HotReset { get; init; }

    /// <summary>Nothing works for the function alone, and VFIO's hot reset does.</summary>
    public bool IsWholeCard { get; init; }

    /// <summary>It does not come back from what the kernel can do, and there is a module that brings it back.</summary>
    public bool NeedsVendorReset { get; init; }

    /// <summary>That module is in the kernel.</summary>
    public bool? HasVendorReset { get; init; }
}
