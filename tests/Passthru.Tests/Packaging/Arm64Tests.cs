using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>The cross-compiled program under an emulator. Apart from the others: building it takes as long as all of them.</summary>
public sealed class Arm64Tests(WrittenHosts hosts)
{
    private static readonly string Binary = Path.Join(Golden.Repository, "artifacts/publish/Passthru.Exporter/release_linux-arm64/passthru-exporter");

    [Theory(Explicit = true)]
    [InlineData("arm64")]
    [InlineData("intel-server")]
    public async Task It_prints_the_page_that_was_read(string host)
    {
        Tools.SkipWithout(Binary);
        var (code, page) = await Tools.Run("", "qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu", Binary, "metrics", $"--path.rootfs={hosts.Root(host)}");
        Assert.Equal(0, code);
        Assert.Equal(await File.ReadAllTextAsync(Path.Join(Golden.Repository, $"tests/hosts/{host}/metrics.prom"), TestContext.Current.CancellationToken), Read.Samples(page));
    }
}
