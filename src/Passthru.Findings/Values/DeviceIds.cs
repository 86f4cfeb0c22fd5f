namespace Passthru.Findings.Values;

/// <summary>Device ids, first to last.</summary>
internal readonly record struct DeviceIds(ushort First, ushort Last)
{
    public bool Contains(ushort device) => device >= First && device <= Last;

    public static implicit operator DeviceIds(ushort device) => new(device, device);
}
