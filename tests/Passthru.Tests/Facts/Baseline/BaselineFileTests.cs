using System.Text;
using CsCheck;
using Passthru.Facts;
using Passthru.Facts.Baseline;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Reading;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Baseline;

public sealed class BaselineFileTests
{
    private const string Function = """{"address":"0000:01:00.0","place":"pci0000:00/01.0/00.0"}""";

    private static readonly HardwareBaseline Example = new()
    {
        AcceptedAt = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero),
        Kernel = "6.8.12-4-pve",
        Board = new BoardFacts { Vendor = "ASRock", Name = "X\"570", BiosVendor = "AMI", BiosVersion = "3.2", BiosDate = "01/02/2024", Product = "é" },
        Functions =
        [
            new BaselineFunction(Some.Address("0000:00:01.0"), "pci0000:00/01.0"),
            new BaselineFunction(Some.Address("0000:01:00.0"), "pci0000:00/01.0/00.0") { Id = new PciId(0x10de, 0x1b81), Subsystem = new PciId(0x1043, 0x8769), Name = "NVIDIA" },
        ],
        Groups = [[Some.Address("0000:00:01.0"), Some.Address("0000:01:00.0")]],
    };

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        var (baseline, trouble) = BaselineFile.Parse(BaselineFile.Write(Example));
        Assert.Null(trouble);
        Assert.Equal((Example.AcceptedAt, Example.Kernel, Example.Board), (baseline!.AcceptedAt, baseline.Kernel, baseline.Board));
        Assert.Equal(Example.Functions.AsEnumerable(), baseline.Functions);
        Assert.Equal(Example.Groups.SelectMany(group => group), baseline.Groups.SelectMany(group => group));
    }

    [Theory]
    [InlineData("""{"version":2}""", 2)]
    [InlineData("""{"version":3000000000,"functions":"of another shape"}""", 3000000000)]
    public void One_of_a_newer_version_is_refused_by_name(string json, long version)
    {
        var (baseline, trouble) = BaselineFile.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Null(baseline);
        Assert.True(trouble!.IsNewer);
        Assert.Equal($"is of version {version}, from a newer passthru-exporter; this one knows version 1", trouble.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"version":0}""")]
    [InlineData("""{"version":-1}""")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1.5}""")]
    [InlineData("""{"version":99999999999999999999}""")]
    [InlineData("""{"version":1,"acceptedAt":"yesterday","functions":[],"groups":[]}""")]
    [InlineData("""{"version":1,"acceptedAt":"2026-01-01T00:00:00Z","functions":[]}""")]
    [InlineData("""{"version":1,"acceptedAt":"2026-01-01T00:00:00Z","groups":[]}""")]
    [InlineData("""{"version":1,"acceptedAt":"2026-01-01T00:00:00Z","functions":[null],"groups":[]}""")]
    [InlineData("""{"version":1,"acceptedAt":"2026-01-01T00:00:00Z","functions":[{"address":"01:00.0","place":"x"}],"groups":[]}""")]
    [InlineData("""{"version":1,"acceptedAt":"2026-01-01T00:00:00Z","functions":[{"address":"0000:01:00.0"}],"groups":[]}""")]
    [InlineData("""{"version":1,"acceptedAt":"2026-01-01T00:00:00Z","functions":[{"address":"0000:01:00.0","place":"x","id":"10de"}],"groups":[]}""")]
    [InlineData("{\"version\":1,\"acceptedAt\":\"2026-01-01T00:00:00Z\",\"functions\":[" + Function + "," + Function + "],\"groups\":[]}")]
    [InlineData("{\"version\":1,\"acceptedAt\":\"2026-01-01T00:00:00Z\",\"functions\":[" + Function + "],\"groups\":[[\"0000:02:00.0\"]]}")]
    [InlineData("{\"version\":1,\"acceptedAt\":\"2026-01-01T00:00:00Z\",\"functions\":[" + Function + "],\"groups\":[[\"0000:01:00.0\"],[\"0000:01:00.0\"]]}")]
    [InlineData("{\"version\":1,\"acceptedAt\":\"2026-01-01T00:00:00Z\",\"functions\":[" + Function + "],\"groups\":[[\"nonsense\"]]}")]
    [InlineData("{\"version\":1,\"acceptedAt\":\"2026-01-01T00:00:00Z\",\"functions\":[" + Function)]
    public void One_that_makes_no_sense_as_a_whole_is_none(string json)
    {
        var (baseline, trouble) = BaselineFile.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Null(baseline);
        Assert.Equal(("not a topology baseline, or damaged", false), (trouble!.Message, trouble.IsNewer));
    }

    [Theory]
    [InlineData("{\"version\":1,\"acceptedAt\":\"2026-01-01T00:00:00Z\",\"functions\":[" + Function + "],\"groups\":[[\"0000:01:00.0\"]]}")]
    [InlineData("{\"version\":1,\"acceptedAt\":\"2026-01-01T00:00:00Z\",\"functions\":[],\"groups\":[null],\"key of a later program\":{}}")]
    public void Keys_may_be_missing_and_may_come_later(string json) => Assert.NotNull(BaselineFile.Parse(Encoding.UTF8.GetBytes(json)).Baseline);

    [Fact]
    public void Any_bytes_are_a_baseline_or_trouble_and_never_both()
    {
        var valid = BaselineFile.Write(Example);
        var damaged = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length]).Select((at, value, length) =>
        {
            var bytes = valid[..length];
            if (at < length)
            {
                bytes[at] = value;
            }

            return bytes;
        });
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.String.Select(Encoding.UTF8.GetBytes), damaged).Sample(
            bytes =>
            {
                var (baseline, trouble) = BaselineFile.Parse(bytes);
                return (baseline is null) != (trouble is null);
            },
            iter: 5000,
            threads: 1);
    }

    [Fact]
    public void A_host_without_one_has_none_and_no_trouble()
    {
        var facts = Read.Facts(new FakeTree().WithDirectory("sys/bus"));
        Assert.Null(facts.Baseline);
        Assert.Empty(Issues(facts));
    }

    [Theory]
    [InlineData("""{"version":7}""", "is of version 7, from a newer passthru-exporter; this one knows version 1")]
    [InlineData("garbage", "not a topology baseline, or damaged")]
    public void One_that_cannot_be_used_is_an_issue(string text, string detail)
    {
        var facts = Read.Facts(new FakeTree().With(BaselineFile.DefaultPath, text));
        Assert.Null(facts.Baseline);
        Assert.Equal(new ReadIssue(BaselineFile.DefaultPath, ReadIssueKind.Unresolved, detail), Assert.Single(Issues(facts)));
    }

    private static System.Collections.Immutable.ImmutableArray<ReadIssue> Issues(HostFacts facts) => facts.Collectors.Single(run => run.Collector == Collector.Baseline).Issues;
}
