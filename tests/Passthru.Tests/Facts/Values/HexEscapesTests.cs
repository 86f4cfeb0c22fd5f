using Passthru.Facts.Values;

namespace Passthru.Tests.Facts.Values;

public sealed class HexEscapesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("my\\x20disk", "my disk")]
    [InlineData("\\x2d3\\x2D", "-3-")]
    [InlineData("k\\xc3\\xa4se", "käse")]
    [InlineData("käse\\x20", "käse ")]
    [InlineData("a\\b\\x20c", "a\\b c")]
    [InlineData("\\x2", "\\x2")]
    [InlineData("\\xzz\\x20", "\\xzz ")]
    [InlineData("\\\\x20", "\\ ")]
    public void Bytes_stand_for_themselves_and_all_else_stays(string text, string plain) => Assert.Equal(plain, HexEscapes.Decode(text));
}
