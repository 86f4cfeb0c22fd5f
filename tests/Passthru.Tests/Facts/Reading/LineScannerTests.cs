using System.Text;
using CsCheck;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Tests.Facts.Reading;

public sealed class LineScannerTests
{
    private const int Longest = 64 * 1024;

    [Fact]
    public void Lines_are_those_of_the_text_whatever_the_pieces_it_comes_in() =>
        Gen.Select(Gen.String[Gen.Char["ab\n"], 0, 200], Gen.Int[1, 7]).Sample((text, piece) =>
            Assert.Equal(Expected(text), Scan(new InPieces(Encoding.UTF8.GetBytes(text), piece))));

    [Fact]
    public void Of_a_line_without_end_the_start_is_shown_and_the_next_line_whole()
    {
        var lines = Scan(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 3 * Longest) + "\nnext\n")));
        Assert.Equal([new string('x', Longest), "next"], lines);
    }

    [Fact]
    public void A_scan_that_has_seen_enough_stops()
    {
        var seen = 0;
        LineScanner.Scan(new MemoryStream("a\nb\nc\n"u8.ToArray()), _ => ++seen == 2 ? LineVerdict.KeepAndStop : LineVerdict.Keep);
        Assert.Equal(2, seen);
    }

    private static string[] Expected(string text) => (text.EndsWith('\n') ? text[..^1] : text) is "" && text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    private static List<string> Scan(Stream stream)
    {
        var lines = new List<string>();
        LineScanner.Scan(stream, line =>
        {
            lines.Add(Encoding.UTF8.GetString(line));
            return LineVerdict.Skip;
        });
        return lines;
    }

    private sealed class InPieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, piece)]);
    }
}
