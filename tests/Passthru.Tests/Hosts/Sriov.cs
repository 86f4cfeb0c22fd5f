namespace Passthru.Tests.Hosts;

/// <summary>What a physical function says of its virtual ones (PCIe 9.3.3).</summary>
internal sealed record Sriov(int TotalVfs, int Vfs, int Offset, int Stride, int VfDevice);
