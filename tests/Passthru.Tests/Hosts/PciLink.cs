namespace Passthru.Tests.Hosts;

/// <summary>A link: what the function can do and what was trained. A generation is 1 (2.5 GT/s) to 6 (64 GT/s).</summary>
internal sealed record PciLink(int MaxGeneration, int MaxWidth)
{
    public int Generation { get; init; } = MaxGeneration;

    public int Width { get; init; } = MaxWidth;
}
