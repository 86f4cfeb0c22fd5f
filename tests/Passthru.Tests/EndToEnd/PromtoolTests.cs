using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>What Prometheus's own linter says of every page.</summary>
public sealed class PromtoolTests
{
    public static TheoryData<string> Names => [.. WrittenHosts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Accepts_the_page_of_every_host(string name)
    {
        var page = await File.ReadAllTextAsync(Path.Join(Golden.Repository, $"tests/hosts/{name}/metrics.prom"), TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), await Tools.Run(page, "promtool", "check", "metrics"));
    }
}
