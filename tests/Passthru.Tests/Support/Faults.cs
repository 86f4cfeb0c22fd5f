using System.Collections.Concurrent;
using System.Collections.Immutable;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Text;
using Passthru.Facts;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Findings;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Tests.Support;

/// <summary>A host whose files fail, and what its page says that it did not say before.</summary>
internal sealed class Faults
{
    private const string ByState = "passthru_iommu_groups_by_state";

    /// <summary>Labels whose empty text says something: there is no driver, the record names no device.</summary>
    private static readonly string[] Telling = ["driver", "device"];

    private readonly IFileTree _host;
    private readonly ConfiguredExpectations _expectations;
    private readonly Page _whole;
    private readonly Page _covered;

    /// <param name="host">Its files, all of which answer.</param>
    /// <param name="expectations">The operator's configuration, which is read once.</param>
    public Faults(IFileTree host, ConfiguredExpectations expectations)
    {
        _host = host;
        _expectations = expectations;
        var asked = new RefusingTree(host, _ => false);
        _whole = PageOf(asked, ReadAttempt.Unlimited, all: true);
        _covered = PageOf(host, ReadAttempt.Unlimited, all: false);
        Paths = asked.Asked.Where(IsThere).ToHashSet();
        var leavingAll = new ReadAttempt(new ConcurrentDictionary<string, string>(), Enum.GetNames<Collector>().ToHashSet());
        Blocking = [.. Facts(host, leavingAll).Collectors.SelectMany(run => run.Issues).Where(issue => issue.Kind == ReadIssueKind.NoAnswer).Select(issue => issue.Path).Distinct()];
    }

    /// <summary>All that is there of what is asked for.</summary>
    public IReadOnlySet<string> Paths { get; }

    /// <summary>What may hold its reader.</summary>
    public IReadOnlyList<string> Blocking { get; }

    /// <summary>What the page says beyond what it said, when these paths answer with an error. Devices nobody would hand out are in the page, or not.</summary>
    public IEnumerable<string> Refusing(Func<string, bool> paths, Errno error, bool all) =>
        PageOf(new RefusingTree(_host, paths, error), ReadAttempt.Unlimited, all).Beyond(all ? _whole : _covered);

    /// <summary>The same when something does not answer in time.</summary>
    public IEnumerable<string> Silent(string path) =>
        PageOf(_host, new ReadAttempt(new ConcurrentDictionary<string, string>([new(path, "")]), new HashSet<string>()), all: true).Beyond(_whole);

    /// <summary>How often the host was read and told of.</summary>
    public int Pages { get; private set; }

    private bool IsThere(string path) => _host.StatIdentity(path, out _) == Errno.None || _host.Link(path, out _) == Errno.None;

    private static HostFacts Facts(IFileTree tree, ReadAttempt attempt) =>
        FactsReader.Read(tree, Collectors.All.ToHashSet(), FactsCache.Empty, attempt, TimeProvider.System).Facts;

    private Page PageOf(IFileTree tree, ReadAttempt attempt, bool all)
    {
        Pages++;
        var facts = Facts(tree, attempt);
        var report = Diagnosis.Assess(facts, _expectations);
        var view = new View(facts, report, all, Process: null);
        var samples = new Dictionary<string, (Family Family, Sample Sample)>();
        foreach (var family in Families.ForHost)
        {
            foreach (var sample in family.Samples(view))
            {
                samples.Add($"{family.Name}{{{string.Join(",", sample.Labels ?? [])}}}", (family, sample));
            }
        }

        return new Page(samples, report.Findings);
    }

    private sealed record Page(Dictionary<string, (Family Family, Sample Sample)> Samples, ImmutableArray<Finding> Findings)
    {
        /// <summary>Samples and findings may vanish, and so may the text of a label; what else differs is here.</summary>
        public IEnumerable<string> Beyond(Page before)
        {
            var samples = Samples.Where(it => !before.Says(it.Key, it.Value.Family, it.Value.Sample)).Select(it => $"{it.Key} {it.Value.Sample.Value}");
            return [.. samples, .. Findings.Where(finding => !before.Findings.Any(it => Says(it, finding))).Select(finding => $"{finding.Rule.Id}: {finding.Cause}")];
        }

        /// <summary>What is no longer known to hurt anybody weighs less.</summary>
        private static bool Says(Finding before, Finding now) => before.Rule == now.Rule && before.Subject == now.Subject && before.Severity >= now.Severity;

        private bool Says(string key, Family family, Sample sample) =>
            IsUnknown(family, sample) ? true
            : Samples.TryGetValue(key, out var same) ? same.Sample.Value.Equals(sample.Value) || (family.Name == ByState && sample.Value < same.Sample.Value)
            : Samples.Values.Any(it => it.Family == family && it.Sample.Value.Equals(sample.Value) && IsPartOf(sample, it.Sample, family));

        /// <summary>A state that says of itself that it is not known; what is counted there is missing from the others.</summary>
        private static bool IsUnknown(Family family, Sample sample) => family.Labels.Zip(sample.Labels ?? []).Contains(("state", "unknown"));

        private static bool IsPartOf(Sample part, Sample whole, Family family) =>
            (part.Labels ?? []).Zip(whole.Labels ?? [], family.Labels)
                .All(label => label.First == label.Second || (label.First.Length == 0 && !Telling.Contains(label.Third)));
    }
}
