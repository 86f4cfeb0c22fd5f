using System.Text.RegularExpressions;
using Passthru.Tests.Support;

namespace Passthru.Tests.Architecture;

/// <summary>
/// Folders are namespaces, and their references form no circle: a newcomer can read the tree from the leaves up. A reference is a
/// <c>using</c>, or a type of an enclosing namespace that the text names.
/// </summary>
public sealed partial class FolderTests
{
    private static readonly SourceFile[] Files = [.. SourceFiles()];

    [Theory]
    [InlineData("Passthru.Facts")]
    [InlineData("Passthru.Findings")]
    [InlineData("Passthru.Exporter")]
    public void No_folder_refers_to_one_that_refers_back(string project)
    {
        var references = Files.Where(file => file.Namespace.StartsWith(project, StringComparison.Ordinal))
            .GroupBy(file => file.Namespace)
            .ToDictionary(folder => folder.Key, folder => folder.SelectMany(References).ToHashSet());
        var circles = references.Keys.Where(folder => Reachable(folder, references).Contains(folder)).Order(StringComparer.Ordinal);
        Assert.Empty(circles);
    }

    [Fact]
    public void A_namespace_is_its_folder() =>
        Assert.Empty(Files.Where(file => file.Folder != file.Namespace).Select(file => $"{file.Path}: {file.Namespace}"));

    [Fact]
    public void Nothing_points_back()
    {
        var backwards = Files.SelectMany(file => References(file).Where(used => Layer(used) > Layer(file.Namespace)).Select(used => $"{file.Path}: {used}"));
        Assert.Empty(backwards);
    }

    private static int Layer(string name) => name.Split('.')[1] switch { "Facts" => 0, "Findings" => 1, _ => 2 };

    private static HashSet<string> Reachable(string start, Dictionary<string, HashSet<string>> references)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var folder))
        {
            foreach (var next in references.GetValueOrDefault(folder, []))
            {
                if (reached.Add(next))
                {
                    open.Enqueue(next);
                }
            }
        }

        return reached;
    }

    private static IEnumerable<string> References(SourceFile file) =>
        Using().Matches(file.Text).Select(match => match.Groups[1].Value)
            .Concat(Enclosing(file.Namespace).Where(outer => TypesOf(outer).Overlaps(file.Words)))
            .Where(used => used != file.Namespace);

    private static IEnumerable<string> Enclosing(string name)
    {
        for (var end = name.LastIndexOf('.'); end > 0; end = name.LastIndexOf('.', end - 1))
        {
            yield return name[..end];
        }
    }

    private static HashSet<string> TypesOf(string name) => [.. Files.Where(file => file.Namespace == name).SelectMany(file => file.Types)];

    private static IEnumerable<SourceFile> SourceFiles()
    {
        var root = Path.Join(Golden.Repository, "src");
        foreach (var path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(path);
            if (Namespace().Match(text) is { Success: true } match)
            {
                var relative = Path.GetRelativePath(root, path);
                var code = Literal().Replace(Comment().Replace(text, ""), "");
                yield return new SourceFile(
                    relative,
                    Path.GetDirectoryName(relative)!.Replace('/', '.'),
                    match.Groups[1].Value,
                    text,
                    [.. Word().Matches(code).Select(word => word.Value)],
                    [.. TopLevelType().Matches(code).Select(type => type.Groups[1].Value)]);
            }
        }
    }

    private sealed record SourceFile(string Path, string Folder, string Namespace, string Text, HashSet<string> Words, HashSet<string> Types);

    [GeneratedRegex(@"^using (Passthru[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"""(?:[^""\\\n]|\\.)*""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?:public|internal)[^\n]*?\b(?:class|record struct|record|struct|interface|enum|delegate \S+)\s+([A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
