namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// One element of an XML document. Names are those libvirt's own XPath asks for: plain without a namespace, and
/// <c>{namespace}name</c> with one.
/// </summary>
internal sealed class Element(string name)
{
    /// <summary>PATH_MAX: nothing that is asked for here is longer, and what is longer is not told.</summary>
    private const int LongestValue = 4096;

    private readonly List<(string Name, string Value)> _attributes = [];
    private readonly List<Element> _children = [];
    private string _text = "";

    public string Name => name;

    /// <summary>The text right inside, as written.</summary>
    public string? Text => _text.Length <= LongestValue ? _text : null;

    /// <summary>An attribute as written; null where there is none.</summary>
    public string? this[string attribute]
    {
        get
        {
            var value = _attributes.Find(known => known.Name == attribute).Value;
            return value?.Length <= LongestValue ? value : null;
        }
    }

    public IEnumerable<(string Name, string Value)> Attributes => _attributes;

    public IEnumerable<Element> Children => _children;

    public IEnumerable<Element> All(string child) => _children.Where(known => known.Name == child);

    /// <summary>The first element along a path of names; null where it ends early.</summary>
    public Element? Down(params ReadOnlySpan<string> path)
    {
        var at = this;
        foreach (var step in path)
        {
            if (at._children.Find(Named(step)) is not { } next)
            {
                return null;
            }

            at = next;
        }

        return at;
    }

    public void Add(Element child) => _children.Add(child);

    public void Add(string attribute, string value) => _attributes.Add((attribute, value));

    /// <summary>Comments cut a text in pieces; beyond what is told, none is kept.</summary>
    public void AddText(string piece)
    {
        if (_text.Length <= LongestValue)
        {
            _text += piece;
        }
    }

    private static Predicate<Element> Named(string name) => known => known.Name == name;
}
