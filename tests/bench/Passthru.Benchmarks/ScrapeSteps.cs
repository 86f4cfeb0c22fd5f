using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Text;
using Passthru.Facts;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Findings;
using Passthru.Findings.Ownership;
using Passthru.Findings.Reports;

// Below artifacts/, in which the program was built: artifacts/bin/PROJECT/release/.
var results = Path.GetFullPath(Path.Join(AppContext.BaseDirectory, "../../../benchmarks"));
BenchmarkRunner.Run<Passthru.Benchmarks.ScrapeSteps>(DefaultConfig.Instance.WithArtifactsPath(results), args);

namespace Passthru.Benchmarks
{
    /// <summary>The steps of a scrape, one by one, on the host whose directory <c>HOST_DIRECTORY</c> names.</summary>
    [InProcess]
    [MemoryDiagnoser]
    public class ScrapeSteps
    {
        private static readonly IReadOnlySet<Collector> All = Collectors.All.ToHashSet();
        private DirectoryTree _files = null!;
        private FactsCache _memory = null!;
        private HostFacts _facts = null!;
        private HostFacts _again = null!;
        private View _view = null!;
        private string _device = "";

        [GlobalSetup]
        public void Read()
        {
            var root = Environment.GetEnvironmentVariable("HOST_DIRECTORY") ?? throw new InvalidOperationException("HOST_DIRECTORY is not set");
            _files = new DirectoryTree(root);
            (_facts, _memory) = Read(FactsCache.Empty);
            _again = Read(_memory).Facts;
            _view = new View(_facts, Diagnosis.Assess(_facts, ConfiguredExpectations.None), All: false, Process: null);
            _device = _facts.Pci!.Functions[^1].Path.Directory;
        }

        [GlobalCleanup]
        public void Close() => _files.Dispose();

        [Benchmark(Description = "one attribute by its whole path")]
        public string? AttributeByPath() => Door.Text($"{_device}/power_state");

        [Benchmark(Description = "ten attributes of a directory that is looked up once")]
        public int AttributesOfDirectory() => Door.In(_device, device =>
        {
            var length = 0;
            for (var i = 0; i < 10; i++)
            {
                length += device.Text("power_state")?.Length ?? 0;
            }

            return length;
        });

        [Benchmark(Description = "read the host, nothing remembered")]
        public HostFacts ReadAnew() => Read(FactsCache.Empty).Facts;

        [Benchmark(Description = "read the host again")]
        public HostFacts ReadAgain() => Read(_memory).Facts;

        [Benchmark(Description = "see that nothing has changed")]
        public bool Compare() => _again.SaysTheSameAs(_facts);

        [Benchmark(Description = "work out what it means")]
        public Report Judge() => Diagnosis.Assess(_facts, ConfiguredExpectations.None);

        [Benchmark(Description = "write the page")]
        public Task Render() => MetricsText.WriteAsync(_view, Stream.Null);

        private HostReader Door => new(_files, ReadAttempt.Unlimited);

        private (HostFacts Facts, FactsCache Memory) Read(FactsCache memory) =>
            FactsReader.Read(_files, All, memory, ReadAttempt.Unlimited, TimeProvider.System);
    }
}
