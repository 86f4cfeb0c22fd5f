using Passthru.Facts.Pci;

namespace Passthru.Facts.Vms.Starts;

/// <summary>
/// One wording by which QEMU or a manager says why a VM does not start. An asterisk stands for any text; at the end of the wording, for
/// the rest of the line, which is not told otherwise.
/// </summary>
internal sealed class StartMessage(StartFailureReason reason, string wording)
{
    /// <summary>How QEMU names the host's function that a message is about.</summary>
    private const string Prefix = "vfio ";

    /// <summary>What QEMU puts between the two up to 3.0.</summary>
    private const string Old = "error: ";

    private const int LongestLine = 300;

    private readonly string[] _parts = wording.Split('*');

    public StartFailureReason Reason => reason;

    public string Wording => wording;

    /// <summary>It goes with starts that succeed too, and so explains one only where nothing else does.</summary>
    public bool IsWarning { get; init; }

    /// <summary>What the line says, with the function named before it and without whatever else stands there; null: it is another message.</summary>
    public StartFailure? Read(string line)
    {
        var begin = -1;
        var end = 0;
        foreach (var part in _parts)
        {
            var at = line.IndexOf(part, end, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return null;
            }

            begin = begin < 0 ? at : begin;
            end = at + part.Length;
        }

        end = _parts[^1].Length == 0 ? line.Length : end;
        begin = BeginWithFunction(line, begin);
        var text = line[begin..Math.Min(end, begin + LongestLine)].TrimEnd();
        return new StartFailure(reason, text, FunctionIn(text));
    }

    /// <summary><c>vfio 0000:01:00.0: </c>, which since QEMU 2.8 stands right before the message or before another part of it.</summary>
    private static int BeginWithFunction(string line, int begin)
    {
        for (var at = line.LastIndexOf(Prefix, begin, StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : line.LastIndexOf(Prefix, at - 1, StringComparison.Ordinal))
        {
            var rest = line.AsSpan(at + Prefix.Length);
            rest = rest.StartsWith(Old) ? rest[Old.Length..] : rest;
            if (rest.IndexOf(": ") is var colon and > 0 && PciAddress.TryParse(rest[..colon], out _))
            {
                return at;
            }
        }

        return begin;
    }

    private static PciAddress? FunctionIn(string text)
    {
        foreach (var word in text.Split([' ', '\'', '"', '/', ',', '='], StringSplitOptions.RemoveEmptyEntries))
        {
            if (PciAddress.TryParse(word.AsSpan().TrimEnd(":.;"), out var address))
            {
                return address;
            }
        }

        return null;
    }
}
