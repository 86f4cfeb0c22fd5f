using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Passthru.Exporter.Serving.Security;

/// <summary>The subject alternative names of a certificate (RFC 5280 4.2.1.6) that can be written as text.</summary>
internal static class AlternativeNames
{
    private const string Extension = "2.5.29.17";

    /// <summary>E-mail addresses, DNS names, URIs and IP addresses; what stands before something that is not understood.</summary>
    public static List<string> Read(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == Extension))
        {
            Read(extension.RawData, names);
        }

        return names;
    }

    public static void Read(ReadOnlyMemory<byte> extension, List<string> names)
    {
        try
        {
            var rest = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (rest.HasData)
            {
                if (ReadName(rest) is { } name)
                {
                    names.Add(name);
                }
            }
        }
        catch (AsnContentException)
        {
            // Somebody's own making; a name that can't be read is nobody's.
        }
    }

    private static string? ReadName(AsnReader reader)
    {
        var tag = reader.PeekTag();
        switch (tag)
        {
            case { TagClass: TagClass.ContextSpecific, TagValue: 1 or 2 or 6 }:
                return reader.ReadCharacterString(UniversalTagNumber.IA5String, tag);
            case { TagClass: TagClass.ContextSpecific, TagValue: 7 }:
                return reader.ReadOctetString(tag) is { Length: 4 or 16 } address ? new IPAddress(address).ToString() : null;
            default:
                reader.ReadEncodedValue();
                return null;
        }
    }
}
