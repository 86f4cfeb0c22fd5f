using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>The image that <c>deploy/image/build.sh</c> made, unpacked: no engine for containers takes part.</summary>
public sealed class ImageTests(WrittenHosts hosts) : IDisposable
{
    private static readonly string Version = XDocument.Load(Path.Join(Golden.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;

    private static readonly string Architecture = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    private static readonly string Archive = Path.Join(Golden.Repository, $"artifacts/image/passthru-exporter-{Version}-image-{Architecture}.oci.tar");

    private readonly TemporaryDirectory _directory = new();

    private string Image => Path.Join(_directory.Path, "image");

    private string Root => Path.Join(_directory.Path, "root");

    [Fact]
    public async Task It_is_for_this_machine_and_starts_as_the_Dockerfile_says()
    {
        var config = await Config();
        Assert.Equal((Architecture, "linux"), ((string?)config["architecture"], (string?)config["os"]));
        var how = config["config"]!;
        Assert.Equal(("10068:10068", "[\"/passthru-exporter\"]", "[\"serve\"]"), ((string?)how["User"], how["Entrypoint"]!.ToJsonString(), how["Cmd"]!.ToJsonString()));
        Assert.Contains("PASSTHRU_PATH_ROOTFS=/host", how["Env"]!.AsArray().Select(variable => (string?)variable));
        Assert.NotNull(how["ExposedPorts"]!["10068/tcp"]);
        Assert.Equal(Version, (string?)how["Labels"]!["org.opencontainers.image.version"]);
    }

    /// <summary>In a root of nothing else, as the user of the image, with a host at /host.</summary>
    [Fact]
    public async Task It_serves_the_page_of_the_host_that_is_mounted()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root may change its root");
        await Unpack();
        await Run("cp", "-a", hosts.Root("intel-server"), Path.Join(Root, "host"));
        await Run("chmod", "755", Path.Join(Root, "host"));
        // Without /dev/null .NET starts nowhere; every engine brings it.
        Directory.CreateDirectory(Path.Join(Root, "dev"));
        await Run("mknod", "-m", "666", Path.Join(Root, "dev/null"), "c", "1", "3");
        var port = Published.FreePort();
        var start = new ProcessStartInfo("chroot", ["--userspec=10068:10068", Root, "/passthru-exporter", "serve", $"--web.listen-address=127.0.0.1:{port}"])
        { RedirectStandardError = true };
        start.Environment["PASSTHRU_PATH_ROOTFS"] = "/host";
        using var program = Process.Start(start)!;
        try
        {
            var golden = await System.IO.File.ReadAllLinesAsync(Path.Join(Golden.Repository, "tests/hosts/intel-server/metrics.prom"), TestContext.Current.CancellationToken);
            Assert.Superset(golden.ToHashSet(), (await Page(port, program)).Split('\n').ToHashSet());
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>OpenSSL is loaded when it is asked for, not at the start: a library that is missing would show only then.</summary>
    [Fact]
    public async Task It_brings_the_library_for_TLS()
    {
        await Unpack();
        var files = Directory.GetFiles(Root, "lib*.so*", SearchOption.AllDirectories).Select(Path.GetFileName).ToHashSet();
        Assert.Superset(new HashSet<string?> { "libssl.so.3", "libcrypto.so.3", "libc.so.6" }, files);
    }

    public void Dispose() => _directory.Dispose();

    private static async Task<string> Page(int port, Process program)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await client.GetStringAsync("/metrics");
            }
            catch (HttpRequestException) when (tries < 100 && !program.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    private async Task<JsonNode> Config() => await Blob((await Manifest())["config"]!);

    private async Task Unpack()
    {
        var layers = (await Manifest())["layers"]!.AsArray();
        Directory.CreateDirectory(Root);
        foreach (var layer in layers)
        {
            await Run("tar", "-xzf", File(layer!), "-C", Root);
        }
    }

    private async Task<JsonNode> Manifest()
    {
        Tools.SkipWithout(Archive);
        Directory.CreateDirectory(Image);
        await Run("tar", "-xf", Archive, "-C", Image);
        var index = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(Path.Join(Image, "index.json"), TestContext.Current.CancellationToken))!;
        var entry = Assert.Single(index["manifests"]!.AsArray())!;
        Assert.Equal($"passthru-exporter:{Version}", (string?)entry["annotations"]!["org.opencontainers.image.ref.name"]);
        return await Blob(entry);
    }

    private async Task<JsonNode> Blob(JsonNode descriptor) => JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File(descriptor), TestContext.Current.CancellationToken))!;

    private string File(JsonNode descriptor) => Path.Join(Image, "blobs", ((string)descriptor["digest"]!).Replace(':', '/'));

    private static async Task Run(string program, params string[] arguments) => Assert.Equal((0, ""), await Tools.Run("", program, arguments));
}
