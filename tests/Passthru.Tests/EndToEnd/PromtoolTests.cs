using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>What Prometheus's own linter says of every page.</summary>
public sealed class PromtoolTests(WrittenHosts hosts)
{
    public static TheoryData<string> Names => [.. WrittenHosts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Accepts_the_page_of_every_host(string name) =>
        Assert.Equal((0, ""), await Tools.Run(await Read.Page(hosts.Files(name)), "promtool", "check", "metrics"));
}
