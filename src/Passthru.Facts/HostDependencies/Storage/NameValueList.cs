using System.Buffers.Binary;
using System.Text;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// A packed list of names and values as ZFS stores it: XDR (RFC 4506) behind a header of four bytes (NV_ENCODE_XDR in OpenZFS,
/// module/nvpair/nvpair.c). Texts, 64-bit numbers and lists are kept, everything else is passed over.
/// </summary>
internal sealed class NameValueList
{
    private const int Number = 8;
    private const int Text = 9;
    private const int List = 19;
    private const int ListArray = 20;
    private const int Deepest = 16;

    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, ulong> _numbers = [];
    private readonly Dictionary<string, List<NameValueList>> _lists = [];

    /// <summary>Names of the lists in this one.</summary>
    public IEnumerable<string> Names => _lists.Keys;

    public string? TextOf(string name) => _texts.GetValueOrDefault(name);

    public ulong? NumberOf(string name) => _numbers.TryGetValue(name, out var number) ? number : null;

    public IReadOnlyList<NameValueList> ListsOf(string name) => _lists.GetValueOrDefault(name) ?? [];

    /// <summary>Null for what is cut off or no such list.</summary>
    public static NameValueList? Parse(ReadOnlySpan<byte> packed)
    {
        const byte xdr = 1;
        if (packed.Length < 4 || packed[0] != xdr)
        {
            return null;
        }

        packed = packed[4..];
        return Next(ref packed, depth: 0);
    }

    /// <summary>Version, flags, pairs, and two zeros at the end.</summary>
    private static NameValueList? Next(ref ReadOnlySpan<byte> rest, int depth)
    {
        const int versionAndFlags = 8;
        if (depth > Deepest || rest.Length < versionAndFlags)
        {
            return null;
        }

        rest = rest[versionAndFlags..];
        var list = new NameValueList();
        while (TryNumber(rest, out var length) && length != 0)
        {
            if (length > rest.Length || !list.Add(rest[..length], depth))
            {
                return null;
            }

            rest = rest[length..];
        }

        const int end = 8;
        if (rest.Length < end)
        {
            return null;
        }

        rest = rest[end..];
        return list;
    }

    /// <summary>Length here, length in memory, name, type, number of elements, value.</summary>
    private bool Add(ReadOnlySpan<byte> pair, int depth)
    {
        const int lengths = 8;
        if (pair.Length < lengths)
        {
            return false;
        }

        var rest = pair[lengths..];
        if (!TryText(ref rest, out var name) || !TryNumber(rest, out var type) || !TryNumber(rest[4..], out var count))
        {
            return false;
        }

        rest = rest[8..];
        return type switch
        {
            Number => BinaryPrimitives.TryReadUInt64BigEndian(rest, out var number) && (_numbers[name] = number) == number,
            Text => TryText(ref rest, out var text) && (_texts[name] = text) is not null,
            List => AddLists(name, rest, 1, depth),
            ListArray => AddLists(name, rest, count, depth),
            _ => true,
        };
    }

    private bool AddLists(string name, ReadOnlySpan<byte> rest, int count, int depth)
    {
        var lists = new List<NameValueList>();
        for (var i = 0; i < count; i++)
        {
            if (Next(ref rest, depth + 1) is not { } list)
            {
                return false;
            }

            lists.Add(list);
        }

        _lists[name] = lists;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> bytes, out int number) =>
        BinaryPrimitives.TryReadInt32BigEndian(bytes, out number) && number >= 0;

    /// <summary>Length and bytes, filled up to a multiple of four.</summary>
    private static bool TryText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (!TryNumber(rest, out var length) || length > rest.Length - 4)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(rest.Slice(4, length));
        rest = rest[Math.Min(rest.Length, 4 + ((length + 3) & ~3))..];
        return true;
    }
}
