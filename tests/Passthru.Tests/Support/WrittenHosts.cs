using System.Collections.Concurrent;
using Passthru.Facts.Files;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

[assembly: AssemblyFixture(typeof(WrittenHosts))]

namespace Passthru.Tests.Support;

/// <summary>Each fixture host written out once, for all tests that only read it.</summary>
public sealed class WrittenHosts : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<WrittenHost>> _hosts = new();

    /// <summary>The directory that stands for <c>/</c>.</summary>
    public string Root(string name) => _hosts.GetOrAdd(name, it => new Lazy<WrittenHost>(() => WrittenHost.Named(it))).Value.Root;

    public IFileTree Files(string name) => FileTree.Open(Root(name));

    public void Dispose()
    {
        foreach (var host in _hosts.Values.Where(host => host.IsValueCreated))
        {
            host.Value.Dispose();
        }
    }
}
