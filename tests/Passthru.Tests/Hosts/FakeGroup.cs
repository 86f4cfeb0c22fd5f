namespace Passthru.Tests.Hosts;

/// <summary>What a group has beyond its PCI functions; those name their group themselves.</summary>
internal sealed record FakeGroup(int Number)
{
    /// <summary>Type of the default domain; null: that of the host.</summary>
    public string? Type { get; init; }

    /// <summary>"vfio-noiommu"; null: no such file.</summary>
    public string? Name { get; init; }

    /// <summary>Lines of reserved_regions before those that all groups have.</summary>
    public IReadOnlyList<string> Reserved { get; init; } = [];

    /// <summary>Members that are no PCI functions, by their name in sys/devices/platform.</summary>
    public IReadOnlyList<string> PlatformDevices { get; init; } = [];
}
