using System.Net.Sockets;
using Passthru.Facts.Reading;

namespace Passthru.Exporter.Text;

/// <summary>Why something failed, in words for an operator: none of the runtime's own sentences.</summary>
internal static class Reason
{
    public static string Of(Exception trouble) => trouble switch
    {
        TimeoutException => "no answer in time",
        // Thrown by this project's own code, with a sentence for people.
        InvalidDataException or DirectoryNotFoundException => trouble.Message,
        // The system's own words (strerror).
        SocketException => trouble.Message,
        IOException or UnauthorizedAccessException => LocalFile.Message(trouble),
        _ => $"an error of this program ({trouble.GetType().Name})",
    };

    /// <summary>Why a TLS handshake failed. OpenSSL's words are behind the last colon of its record.</summary>
    public static string OfHandshake(Exception trouble)
    {
        const string record = "error:";
        var text = trouble.Message;
        return text.StartsWith(record, StringComparison.Ordinal) ? text[(text.LastIndexOf(':') + 1)..]
            : trouble is IOException ? "the connection ended during the handshake"
            : "the handshake failed";
    }
}
