using System.Security.Cryptography;
using System.Text;
using Passthru.Exporter.Page;

namespace Passthru.Tests.Exporter.Serving;

public sealed class PageStyleTests
{
    [Fact]
    public void The_policy_lets_in_the_sheet_as_it_is() =>
        Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(PageStyle.Css)))}'", PageStyle.ContentSecurityPolicy, StringComparison.Ordinal);
}
