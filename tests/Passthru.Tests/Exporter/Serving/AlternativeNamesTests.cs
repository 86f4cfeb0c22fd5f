using CsCheck;
using Passthru.Exporter.Serving.Security;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Serving;

public sealed class AlternativeNamesTests
{
    [Fact]
    public void All_four_kinds_of_names_are_read()
    {
        using var pki = new Pki();
        using var certificate = pki.Client(names =>
        {
            names.AddDnsName("prom.example.org");
            names.AddEmailAddress("ops@example.org");
            names.AddUri(new Uri("spiffe://example.org/prometheus"));
            names.AddIpAddress(System.Net.IPAddress.Parse("10.0.0.1"));
            names.AddIpAddress(System.Net.IPAddress.Parse("2001:db8::1"));
            names.AddUserPrincipalName("somebody");
        });

        Assert.Equal(
            ["10.0.0.1", "2001:db8::1", "ops@example.org", "prom.example.org", "spiffe://example.org/prometheus"],
            AlternativeNames.Read(certificate).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_certificate_without_any_has_none()
    {
        using var pki = new Pki();
        using var certificate = pki.Client(null);
        Assert.Empty(AlternativeNames.Read(certificate));
    }

    [Fact]
    public void Any_bytes_are_names_or_none() => Gen.Byte.Array[0, 64].Sample(bytes => AlternativeNames.Read(bytes, []));

    /// <summary>Bytes behind a right beginning reach further than bytes alone.</summary>
    [Fact]
    public void Any_bytes_in_a_sequence_are_names_or_none() =>
        Gen.Byte.Array[0, 100].Sample(bytes => AlternativeNames.Read(new byte[] { 0x30, (byte)bytes.Length }.Concat(bytes).ToArray(), []));
}
