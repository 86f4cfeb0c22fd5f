using Passthru.Facts.Vms.Libvirt;

namespace Passthru.Tests.Facts.Vms;

/// <summary>Elements that are written say the same when they are read again.</summary>
public sealed class XmlTextTests
{
    [Theory]
    [InlineData("<domain><name>fw</name></domain>", "<domain>\n  <name>fw</name>\n</domain>\n")]
    [InlineData("<a>\n\n<b  c='1'></b></a>", "<a>\n  <b c=\"1\" />\n</a>\n")]
    [InlineData("<a b='&lt;&amp;&quot;&#10;&#9;&#13;'>&lt;&amp;&#13;</a>", "<a b=\"&lt;&amp;&quot;&#xA;&#x9;&#xD;\">&lt;&amp;&#xD;</a>\n")]
    [InlineData("<a>text<b/>more</a>", "<a>textmore<b /></a>\n")]
    [InlineData("<a xmlns='urn:x'><b xmlns=''/><c/></a>", "<a xmlns=\"urn:x\">\n  <b xmlns=\"\" />\n  <c />\n</a>\n")]
    [InlineData("<q:a xmlns:q='urn:x'><q:b/></q:a>", "<a xmlns=\"urn:x\">\n  <b />\n</a>\n")]
    public void It_is_written_with_an_element_a_line(string xml, string expected)
    {
        Assert.True(XmlTree.TryParse(xml, out var root, out _));
        Assert.Equal(expected, XmlText.Render(root));
        Assert.True(XmlTree.TryParse(expected, out var again, out _));
        Assert.Equal(expected, XmlText.Render(again));
    }
}
