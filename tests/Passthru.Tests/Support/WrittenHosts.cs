using System.Collections.Concurrent;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

[assembly: AssemblyFixture(typeof(WrittenHosts))]

namespace Passthru.Tests.Support;

/// <summary>Each fixture host written out once, for all tests that only read it.</summary>
public sealed class WrittenHosts : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<WrittenHost>> _hosts = new();

    /// <summary>Every host that has a page: those written by hand, and those captured, each a folder with <c>host.tar.gz</c>.</summary>
    public static IEnumerable<string> Names => [.. AllHosts.Names, .. UsedHosts.Names, .. OwnedHosts.Names, .. Captured];

    private static IEnumerable<string> Captured =>
        Directory.GetFiles(Path.Join(Golden.Repository, "tests/hosts"), "host.tar.gz", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal);

    /// <summary>The directory that stands for <c>/</c>.</summary>
    public string Root(string name) => _hosts.GetOrAdd(name, it => new Lazy<WrittenHost>(() => WrittenHost.Named(it))).Value.Root;

    public IFileTree Files(string name) => Captured.Contains(name) ? Capture(name) : FileTree.Open(Root(name));

    /// <summary>The same without a directory: for tests that read a host a thousand times.</summary>
    public static IFileTree InMemory(string name) => Captured.Contains(name) ? Capture(name) : TreeFiles.Of(WrittenHost.TreeNamed(name));

    private static IFileTree Capture(string name) => FileTree.Open(Path.Join(Golden.Repository, $"tests/hosts/{name}/host.tar.gz"));

    public void Dispose()
    {
        foreach (var host in _hosts.Values.Where(host => host.IsValueCreated))
        {
            host.Value.Dispose();
        }
    }
}
