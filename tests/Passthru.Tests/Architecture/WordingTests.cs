using System.Text.RegularExpressions;
using Passthru.Tests.Support;

namespace Passthru.Tests.Architecture;

/// <summary>What a person reads has the words of GLOSSARY.md: one term a thing, the field's own.</summary>
public sealed partial class WordingTests
{
    public static TheoryData<string> Texts =>
    [
        .. Directory.EnumerateFiles(Path.Join(Golden.Repository, "src"), "*.cs", SearchOption.AllDirectories),
        .. Directory.EnumerateFiles(Path.Join(Golden.Repository, "src"), "*.md", SearchOption.AllDirectories).Where(file => !file.EndsWith("GLOSSARY.md", StringComparison.Ordinal)),
        Path.Join(Golden.Repository, "README.md"),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void No_text_has_a_word_that_the_glossary_replaces(string file)
    {
        var text = File.ReadAllText(file);
        var read = file.EndsWith(".cs", StringComparison.Ordinal)
            ? string.Join('\n', Literal().Matches(Comment().Replace(text, "")).Select(literal => literal.Value))
            : text;
        Assert.Empty(Replaced().Matches(read).Select(match => match.Value));
    }

    [GeneratedRegex(@"^\s*//[^\n]*", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"""(?:[^""\\\n]|\\.)*""")]
    private static partial Regex Literal();

    /// <summary>In their order: assignable, host-critical, unknown, expected on VFIO, in use, separated only by the override, VM.</summary>
    [GeneratedRegex(
        @"\b(hand(s|ed|ing)? (\w+ )?out|lives? on|can(no|')t be told|by the word of|somebody has it|(apart )?in name only|(guest|virtual) machines?|whoever|somebody)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Replaced();
}
