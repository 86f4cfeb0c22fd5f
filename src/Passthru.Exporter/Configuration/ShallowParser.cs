using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Passthru.Exporter.Configuration;

/// <summary>Passes events of a YAML parser on, as long as they nest no deeper than a configuration does: what follows is a node for each level, made by recursion.</summary>
internal sealed class ShallowParser(IParser parser) : IParser
{
    private const int Deepest = 12;
    private int _depth;

    public ParsingEvent? Current => parser.Current;

    /// <summary>Where the last event began.</summary>
    public Mark Last { get; private set; } = new(0, 1, 1);

    public bool MoveNext()
    {
        if (!parser.MoveNext())
        {
            return false;
        }

        Last = Current?.Start ?? Last;
        _depth += Current?.NestingIncrease ?? 0;
        return _depth <= Deepest ? true : throw new YamlException(Last, Last, $"nested deeper than {Deepest} levels");
    }
}
