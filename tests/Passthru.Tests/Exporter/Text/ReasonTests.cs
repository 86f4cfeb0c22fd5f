using System.Net.Sockets;
using System.Security.Authentication;
using Passthru.Exporter.Text;

namespace Passthru.Tests.Exporter.Text;

public sealed class ReasonTests
{
    public static TheoryData<Exception, string> Troubles => new()
    {
        { new TimeoutException(), "no answer in time" },
        { new InvalidDataException("x.tar.gz: no tar archive"), "x.tar.gz: no tar archive" },
        { new SocketException((int)SocketError.ConnectionRefused), "Connection refused" },
        { new FileNotFoundException(), "no such file or directory" },
        { new UnauthorizedAccessException(), "permission denied" },
        { new IOException("", 28), "no space left on device" },
        { new InvalidOperationException("Sequence contains no elements"), "an error of this program (InvalidOperationException)" },
    };

    public static TheoryData<Exception, string> Handshakes => new()
    {
        { new AuthenticationException("error:0A00010B:SSL routines::wrong version number"), "wrong version number" },
        { new IOException(" Received an unexpected EOF or 0 bytes from the transport stream."), "the connection ended during the handshake" },
        { new AuthenticationException("Authentication failed, see inner exception."), "the handshake failed" },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public void A_reason_is_in_an_operators_words(Exception trouble, string reason) => Assert.Equal(reason, Reason.Of(trouble));

    [Theory]
    [MemberData(nameof(Handshakes))]
    public void A_failed_handshake_has_the_words_of_OpenSSL(Exception trouble, string reason) => Assert.Equal(reason, Reason.OfHandshake(trouble));
}
