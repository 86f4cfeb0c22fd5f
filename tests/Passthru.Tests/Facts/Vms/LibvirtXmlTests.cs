using CsCheck;
using Passthru.Facts.Vms.Libvirt;

namespace Passthru.Tests.Facts.Vms;

public sealed class LibvirtXmlTests
{
    [Theory]
    [InlineData("<a/>")]
    [InlineData("\ufeff<a></a>\n")]
    [InlineData("<?xml version='1.0' encoding='utf-16'?><a/>")]
    [InlineData("<!-- a warning -->\n\n<a/>\n<!-- and the end -->")]
    [InlineData("<a><?pi?><![CDATA[<b>]]>&lt;&#65;</a>")]
    [InlineData("<a xmlns:q='urn:q'><q:b q:c='1'/></a>")]
    public void What_is_xml_is_understood(string text)
    {
        Assert.True(XmlTree.TryParse(text, out var root, out _));
        Assert.Equal("a", root.Name);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("win10", 1)]
    [InlineData("<a>", 1)]
    [InlineData("<a>\n<b>\n</a>", 3)]
    [InlineData("<a/><a/>", 1)]
    [InlineData("<a b='1' b='2'/>", 1)]
    [InlineData("<a>\n <!-- <b/> <!-- not on this host --> -->\n</a>", 2)]
    [InlineData("<a>&nbsp;</a>", 1)]
    [InlineData("<a><q:b/></a>", 1)]
    [InlineData("<a>\u0001</a>", 1)]
    [InlineData("<!DOCTYPE a [<!ENTITY x 'xxxxxxxx'><!ENTITY y '&x;&x;&x;'>]><a>&y;</a>", 0)]
    [InlineData("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 0)]
    public void What_is_not_says_where_it_ends(string text, int line)
    {
        Assert.False(XmlTree.TryParse(text, out _, out var at));
        Assert.Equal(line, at);
    }

    [Fact]
    public void An_element_is_found_by_its_path_and_by_its_namespace()
    {
        Assert.True(XmlTree.TryParse("<a><b c='1'/><b c='2'><d>t<!-- -->ext</d></b><q:b xmlns:q='urn:q' c='3'/></a>", out var root, out _));

        Assert.Equal("1", root.Down("b")?["c"]);
        Assert.Equal(["1", "2"], root.All("b").Select(b => b["c"]));
        Assert.Equal("3", root.Down("{urn:q}b")?["c"]);
        Assert.Equal("text", root.All("b").Last().Down("d")?.Text);
        Assert.Null(root.Down("b", "d"));
        Assert.Null(root["c"]);
    }

    [Fact]
    public void Nesting_and_number_are_bounded()
    {
        Assert.True(XmlTree.TryParse(Nested(60), out _, out _));
        Assert.False(XmlTree.TryParse(Nested(100_000), out _, out _));
        Assert.False(XmlTree.TryParse($"<a>{string.Concat(Enumerable.Repeat("<b/>", 100_000))}</a>", out _, out _));
    }

    [Fact]
    public void A_value_longer_than_any_path_is_not_told_in_part()
    {
        var text = new string('x', 5000);
        Assert.True(XmlTree.TryParse($"<a b='{text}' c='1'>{text}<!-- -->y</a>", out var root, out _));
        Assert.Null(root["b"]);
        Assert.Null(root.Text);
        Assert.Equal("1", root["c"]);
    }

    [Fact]
    public void Random_text_never_throws() =>
        Gen.OneOf(Gen.String[0, 100], Gen.String[Gen.Char["<>/='\"&;!-?[] ab:x0\n\u0000\ud800\ufeff"], 0, 60], Gen.Byte.Array[0, 200].Select(System.Text.Encoding.UTF8.GetString))
            .Sample(text => XmlTree.TryParse(text, out _, out _) || XmlTree.TryParse($"<a>{text}</a>", out _, out _) || true, iter: 5000);

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth));
}
