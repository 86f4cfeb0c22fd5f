using System.Collections.Immutable;
using System.Globalization;
using Passthru.Exporter.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Passthru.Exporter.Configuration;

/// <summary>A YAML file that is asked for what it may hold; anything else is refused by line and column.</summary>
internal sealed class YamlFile
{
    private const int MaxEntries = 10_000;
    private const int LongestTrouble = 200;
    private readonly string _file;

    private YamlFile(string file, YamlNode? root)
    {
        _file = file;
        Root = root;
    }

    /// <summary>Null: the file says nothing.</summary>
    public YamlNode? Root { get; }

    /// <exception cref="SettingsException">It is no YAML, or more than one document.</exception>
    public static YamlFile Parse(string text, string file)
    {
        var events = new ShallowParser(new Parser(new StringReader(text)));
        try
        {
            var yaml = new YamlStream();
            yaml.Load(events);
            return yaml.Documents switch
            {
                [] => new YamlFile(file, null),
                [var document] => new YamlFile(file, IsEmpty(document.RootNode) ? null : document.RootNode),
                [_, var second, ..] => throw Refuse(file, second.RootNode.Start, "a second document"),
            };
        }
        catch (YamlException e)
        {
            throw Refuse(file, e.Start, e.Message.Split('\n')[0]);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The library's scanner fails so on some texts that are no YAML.
            throw Refuse(file, events.Last, "no YAML from here on");
        }
    }

    public static bool IsEmpty(YamlNode node) => node is YamlScalarNode { Value: null or "" };

    /// <summary>The values below a node by their keys, of which none is unknown.</summary>
    public Dictionary<string, YamlNode> Keys(YamlNode node, params string[] known)
    {
        var keys = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in Mapping(node, $"expected keys ({string.Join(", ", known.Take(8))})").Children)
        {
            var name = Text(key);
            if (!known.Contains(name))
            {
                throw Refuse(key, $"unknown key {name}{(DidYouMean.Nearest(name, known) is { } nearest ? $", did you mean {nearest}?" : "")}");
            }

            keys[name] = value;
        }

        return keys;
    }

    /// <param name="node">Where a mapping has to be.</param>
    /// <param name="otherwise">What is wrong if there is none.</param>
    public YamlMappingNode Mapping(YamlNode node, string otherwise) => node as YamlMappingNode ?? throw Refuse(node, otherwise);

    public ImmutableArray<string> Texts(YamlNode node) => [.. List(node).Select(Text)];

    public IEnumerable<YamlNode> List(YamlNode node) => node switch
    {
        YamlSequenceNode { Children.Count: <= MaxEntries } list => list.Children,
        YamlSequenceNode => throw Refuse(node, $"more than {MaxEntries} entries"),
        _ when IsEmpty(node) => [],
        _ => throw Refuse(node, "expected a list"),
    };

    public string Text(YamlNode node) =>
        node is YamlScalarNode { Value: { Length: > 0 } text } ? text : throw Refuse(node, "expected a word");

    public bool Boolean(YamlNode node) => Text(node) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Refuse(node, "expected true or false"),
    };

    public SettingsException Refuse(YamlNode at, string what) => Refuse(_file, at.Start, what);

    private static SettingsException Refuse(string file, Mark at, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{file}:{at.Line}:{at.Column}: {(what.Length > LongestTrouble ? $"{what[..LongestTrouble]}..." : what)}"));
}
