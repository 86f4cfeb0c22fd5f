using Passthru.Exporter.Configuration;
using Passthru.Facts;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Systemd;
using Passthru.Findings;
using Passthru.Findings.Ownership;
using Passthru.Findings.Reports;

namespace Passthru.Exporter.Observing;

/// <summary>What was read of a host at one moment, and what it means.</summary>
internal sealed record Observation(HostFacts Facts, Report Report);

/// <summary>Reads and judges one host, again and again; what is not read twice, and the last observation, is all it keeps.</summary>
/// <param name="tree">The host's files.</param>
/// <param name="collectors">What to read.</param>
/// <param name="settings">What the operator expects; null where nothing is asked that it bears on.</param>
/// <param name="timeout">How long a read may take.</param>
/// <param name="units">The host's systemd; null where it can't be asked.</param>
/// <param name="aside">Who reads what is long aside of the reads, if anybody does.</param>
internal sealed class HostObserver(
    IFileTree tree,
    IReadOnlySet<Collector> collectors,
    SettingsSource? settings,
    TimeSpan timeout,
    IUnitSource? units = null,
    BackgroundReaders? aside = null)
{
    /// <summary>A device in reset answers after 60 s at most, one that is being unbound perhaps never; both are left out.</summary>
    private static readonly TimeSpan PerFile = TimeSpan.FromSeconds(1);

    private readonly ReadSupervisor _reader = new(PerFile, timeout);
    private FactsCache _memory = FactsCache.Empty;
    private ConfiguredExpectations? _expectations;
    private Observation? _last;

    private UnitQuery? Query => units is null ? null : new UnitQuery(units, settings?.Current.Units ?? []);

    /// <exception cref="TimeoutException">The host's files did not answer in time.</exception>
    /// <exception cref="IOException">There is no host to be seen any more.</exception>
    public Observation Observe()
    {
        var (facts, memory) = _reader.Read(patience => FactsReader.ShowsHost(tree)
            ? FactsReader.Read(tree, collectors, _memory, patience, TimeProvider.System, Query, aside)
            : throw new IOException("there is no sysfs any more"));
        _memory = memory;
        return _last = Understand(facts, settings?.Current.ConfiguredExpectations ?? ConfiguredExpectations.None);
    }

    /// <summary>The same facts mean the same: the report they had is theirs.</summary>
    private Observation Understand(HostFacts facts, ConfiguredExpectations expectations)
    {
        if (_last is { } last && ReferenceEquals(expectations, _expectations) && last.Facts.SaysTheSameAs(facts))
        {
            return last with { Facts = last.Facts with { TakenAt = facts.TakenAt, GuestInterrupts = facts.GuestInterrupts, Collectors = facts.Collectors } };
        }

        _expectations = expectations;
        return new Observation(facts, Diagnosis.Assess(facts, expectations));
    }
}
