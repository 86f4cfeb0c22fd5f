namespace Passthru.Findings;

/// <summary>How a device can be reset between two virtual machines; null is: can't be told.</summary>
/// <param name="Flr">The kernel can use a Function Level Reset.</param>
/// <param name="Methods">Methods that can work; 0 is a device that keeps the state of its last user.</param>
/// <param name="First">The method the kernel would try first.</param>
public sealed record ResetVerdict(bool? Flr, int? Methods, string? First);
