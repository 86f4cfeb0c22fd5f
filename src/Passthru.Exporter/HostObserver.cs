using Passthru.Facts;
using Passthru.Facts.Files;
using Passthru.Findings;

namespace Passthru.Exporter;

/// <summary>What was read of a host at one moment, and what it means.</summary>
internal sealed record Observation(HostFacts Facts, Report Report);

/// <summary>Reads and judges one host, again and again; what one read remembers for the next is all it keeps.</summary>
internal sealed class HostObserver(IFileTree tree, IReadOnlySet<Collector> collectors, TimeSpan timeout)
{
    /// <summary>A device in reset answers after 60 s at most, one that is being unbound perhaps never; both are left out.</summary>
    private static readonly TimeSpan PerFile = TimeSpan.FromSeconds(1);

    private readonly PatientReader _reader = new(PerFile, timeout);
    private FactsMemory _memory = FactsMemory.Empty;

    /// <exception cref="TimeoutException">The host's files did not answer in time.</exception>
    /// <exception cref="IOException">There is no host to be seen any more.</exception>
    public Observation Observe()
    {
        var (facts, memory) = _reader.Read(patience => FactsReader.ShowsHost(tree)
            ? FactsReader.Read(tree, collectors, _memory, patience, TimeProvider.System)
            : throw new IOException("there is no sysfs any more"));
        _memory = memory;
        return new Observation(facts, Diagnosis.Of(facts));
    }
}
