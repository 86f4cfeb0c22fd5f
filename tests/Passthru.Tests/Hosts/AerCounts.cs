namespace Passthru.Tests.Hosts;

/// <summary>Error counters above zero, by the kernel's short names; all others print 0.</summary>
internal sealed record AerCounts
{
    public IReadOnlyDictionary<string, int> Correctable { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> Nonfatal { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> Fatal { get; init; } = new Dictionary<string, int>();
}
