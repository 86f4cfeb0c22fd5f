using System.Text.RegularExpressions;
using Passthru.Tests.Facts.KernelLog;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>
/// Every kernel line that a runbook quotes (<c>    kernel: …</c>), from the record to the page, the alert and its severity. A paragraph
/// that begins with "Critical", "Warning" or "No event" says what the lines below it are.
/// </summary>
public sealed partial class RunbookRecordTests(JudgedRecords judged) : IClassFixture<JudgedRecords>
{
    [Fact]
    public async Task A_line_fires_what_its_page_says()
    {
        var fired = await judged.Fired;
        Assert.All(judged.Quotes, quote => Assert.Equal(quote.Expected, Severities(fired, quote, "claimed")));
        Assert.All(judged.Quotes.Where(quote => quote.ElseWarning), quote => Assert.Equal(["warning"], Severities(fired, quote, "free")));
    }

    [Fact]
    public async Task The_first_command_of_the_alert_finds_the_line()
    {
        var fired = (await judged.Fired).ToLookup(alert => alert.Host);
        var found = 0;
        foreach (var quote in judged.Quotes)
        {
            foreach (var alert in fired[quote.Host("claimed")].Concat(fired[quote.Host("free")]).Where(alert => alert.Name == quote.Alert))
            {
                Assert.Contains("passthru-exporter check", alert.Description, StringComparison.Ordinal);
                if (Command().Match(alert.Description) is { Success: true } command)
                {
                    found++;
                    Assert.Matches(new Regex(command.Groups["pattern"].Value), quote.Text);
                }
            }
        }

        Assert.InRange(found, 20, 200);
    }

    [Fact]
    public void Kernel_lines_stand_in_lines_of_their_own()
    {
        var inline = Directory.GetFiles(RunbookQuote.Folder, "*.md")
            .SelectMany(file => Inline().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Where(text => Logged.Tally(Logged.Records(text)).Events.Length > 0 || Logged.Tally(Logged.Records($"vfio-pci 0000:01:00.0: {text}")).Events.Length > 0);
        Assert.Empty(inline);
    }

    private static IEnumerable<string> Severities(IReadOnlyList<FiredAlert> fired, RunbookQuote quote, string kind) =>
        fired.Where(alert => alert.Host == quote.Host(kind) && alert.Name == quote.Alert).Select(alert => alert.Severity).Distinct();

    [GeneratedRegex("journalctl [^;]*--grep='?(?<pattern>[^';]+)'?")]
    private static partial Regex Command();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Inline();
}

/// <summary>Lines that stand together in a runbook.</summary>
/// <param name="Alert">The alert of the runbook.</param>
/// <param name="Number">Its number in the page.</param>
/// <param name="Says">How the paragraph above begins.</param>
/// <param name="ElseWarning">The paragraph says that it is a warning for devices that nobody claims.</param>
/// <param name="Text">The records.</param>
internal sealed partial record RunbookQuote(string Alert, int Number, string Says, bool ElseWarning, string Text)
{
    public static readonly string Folder = Path.Join(Golden.Repository, "alerts/runbooks");

    public string[] Expected => Says switch
    {
        "Critical" => ["critical"],
        "Warning" => ["warning"],
        _ => [],
    };

    public string Host(string kind) => $"{Alert}-{Number}-{kind}";

    public static IEnumerable<RunbookQuote> All => Directory.GetFiles(Folder, "*.md").Order(StringComparer.Ordinal).SelectMany(Of);

    private static IEnumerable<RunbookQuote> Of(string file)
    {
        const string mark = "    kernel: ";
        var says = "";
        var elseWarning = false;
        var number = 0;
        foreach (var paragraph in File.ReadAllText(file).Split("\n\n"))
        {
            if (paragraph.StartsWith(mark, StringComparison.Ordinal))
            {
                var lines = paragraph.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[mark.Length..]);
                yield return new RunbookQuote(Path.GetFileNameWithoutExtension(file), number++, says, elseWarning, string.Join('\n', lines));
            }
            else if (Judgement().Match(paragraph) is { Success: true } judgement)
            {
                says = judgement.Value;
                elseWarning = says == "Critical" && paragraph.Contains("else a warning", StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex("^(Critical|Warning|No event)")]
    private static partial Regex Judgement();
}

/// <summary>What fires for each quoted line, on a host where VM 100 has 0000:01:00.0 and 0000:02:00.0 carries the root disk, and on one without either.</summary>
public sealed class JudgedRecords
{
    private const string Claims = """
        passthru_reservation_info{device="0000:01:00.0",group="14",kind="gpu",model="GPU",driver="vfio-pci",source="proxmox",vm="100"} 1
        passthru_device_upstream_port_info{device="0000:01:00.0",port="0000:00:1c.0"} 1
        passthru_device_rom_used{device="0000:01:00.0"} 1
        passthru_device_critical{device="0000:02:00.0",reason="root_disk"} 1

        """;

    private readonly Lazy<Task<IReadOnlyList<FiredAlert>>> _fired;

    public JudgedRecords() => _fired = new(Judge);

    internal IReadOnlyList<RunbookQuote> Quotes { get; } = [.. RunbookQuote.All];

    internal Task<IReadOnlyList<FiredAlert>> Fired => _fired.Value;

    private async Task<IReadOnlyList<FiredAlert>> Judge()
    {
        var pages = new Dictionary<string, string>();
        foreach (var quote in Quotes)
        {
            var events = await Events(quote.Text);
            Assert.True(quote.Says == "No event" == (events.Length == 0), $"{quote.Alert}: {quote.Text}");
            pages[quote.Host("claimed")] = events + Claims;
            pages[quote.Host("free")] = events;
        }

        return await FiredAlerts.On(pages);
    }

    private static async Task<string> Events(string records)
    {
        var page = await Read.Page(new FakeTree()
            .WithDirectory("sys/bus")
            .With("proc/stat", "btime 1764300000\n")
            .WithLink("sys/class/nvme/nvme0", "../../devices/pci0000:00/0000:00:1d.0/0000:02:00.0/nvme/nvme0")
            .With("dev/kmsg", Logged.Records(records)));
        return string.Concat(page.Split('\n').Where(line => line.StartsWith("passthru_kernel_event", StringComparison.Ordinal)).Select(line => $"{line}\n"));
    }
}
