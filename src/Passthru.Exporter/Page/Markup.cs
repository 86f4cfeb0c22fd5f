using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using Passthru.Exporter.Text;

namespace Passthru.Exporter.Page;

/// <summary>
/// HTML that is well-formed XML too. What stands in the holes of an interpolated string is text and gets escaped, unless it is
/// markup itself: a string from outside has no other way in.
/// </summary>
internal readonly record struct Markup
{
    public static readonly Markup None;

    private readonly string? _text;

    private Markup(string text) => _text = text;

    public static Markup From(Builder builder) => new(builder.ToString());

    /// <summary>Markup of this program itself.</summary>
    public static Markup Literal(string markup) => new(markup);

    /// <summary>Each of them after the other.</summary>
    public static Markup Each<T>(IEnumerable<T> items, Func<T, Markup> render) => new(string.Concat(items.Select(item => render(item)._text)));

    /// <summary>Nothing where there is nothing to render.</summary>
    public static Markup Maybe<T>(T? value, Func<T, Markup> render)
        where T : class => value is null ? None : render(value);

    public static Markup If(bool condition, Builder builder) => condition ? new(builder.ToString()) : None;

    public override string ToString() => _text ?? "";

    /// <summary>Escapes every hole.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Builder(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string? text) => _text.Append(HtmlEncoder.Default.Encode(Printable.Text(text)));

        public void AppendFormatted(int number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(Markup markup) => _text.Append(markup._text);

        public override string ToString() => _text.ToString();
    }
}
