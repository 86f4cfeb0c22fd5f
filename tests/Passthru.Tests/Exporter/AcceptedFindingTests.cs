using Passthru.Exporter.Checking;
using Passthru.Exporter.Page;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>What an operator lives with: told all the same, marked, and known to the rules until its date.</summary>
public sealed class AcceptedFindingTests
{
    private const string Accept = """
        accept:
          - {alert: PassthruDeviceNotResettable, device: 0000:05:00.0, until: 2999-12-31, reason: one VM has it}
          - {alert: PassthruDeviceWithoutFlr, device: 0000:05:00, until: 2020-01-01, reason: was tried}
          - {alert: PassthruVmBlackScreenRisk, vm: 110, until: 2999-12-31, reason: x}
          - {alert: PassthruAcsOverrideActive, until: 2999-12-31, reason: a lab}

        """;

    [Fact]
    public async Task Rules_know_it_by_device_and_group_and_by_VM()
    {
        using var host = With(Accept);
        using var tree = new DirectoryTree(host.Root);
        var page = (await Read.Page(tree)).Split('\n').Where(line => line.StartsWith("passthru_finding_accepted{", StringComparison.Ordinal)).Select(line => line["passthru_finding_accepted".Length..]);

        Assert.Equal(
            [
                """{alert="PassthruAcsOverrideActive",device="",group="",vm=""} 1""",
                """{alert="PassthruDeviceNotResettable",device="",group="",vm="110"} 1""",
                """{alert="PassthruDeviceNotResettable",device="0000:05:00.0",group="15",vm=""} 1""",
                """{alert="PassthruDeviceWithoutFlr",device="",group="",vm="110"} 0""",
                """{alert="PassthruDeviceWithoutFlr",device="0000:05:00.0",group="15",vm=""} 0""",
                """{alert="PassthruDeviceWithoutFlr",device="0000:05:00.1",group="15",vm=""} 0""",
                """{alert="PassthruVmBlackScreenRisk",device="",group="",vm="110"} 1""",
                """{alert="PassthruVmBlackScreenRisk",device="0000:05:00.0",group="15",vm=""} 1""",
                """{alert="PassthruVmBlackScreenRisk",device="0000:05:00.1",group="15",vm=""} 1""",
            ],
            page.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_check_and_the_page_tell_it_with_its_mark()
    {
        using var host = With(Accept);
        using var tree = new DirectoryTree(host.Root);
        var check = string.Join(' ', CheckText.Render(HostCheck.ForHost(Read.Observation(tree)), colour: false).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains("cannot be reset between VMs", check, StringComparison.Ordinal);
        Assert.Contains("accepted until 2999-12-31: one VM has it (etc/passthru-exporter/config.yml:2)", check, StringComparison.Ordinal);
        Assert.Contains("accepted until 2020-01-01, which has passed: was tried (etc/passthru-exporter/config.yml:3)", check, StringComparison.Ordinal);
        Assert.Contains("accepted until 2999-12-31: one VM has it", PageSummary.Findings(Read.Observation(tree)).ToString(), StringComparison.Ordinal);
        Assert.Contains("\"accepted\": \"accepted until 2999-12-31", CheckJson.Render(HostCheck.ForHost(Read.Observation(tree))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_accepted_nothing_is_told()
    {
        using var host = WrittenHost.Named("own-pve-gpu");
        using var tree = new DirectoryTree(host.Root);
        Assert.DoesNotContain("passthru_finding_accepted", await Read.Page(tree), StringComparison.Ordinal);
        Assert.DoesNotContain("accepted", CheckText.Render(HostCheck.ForHost(Read.Observation(tree)), colour: false), StringComparison.Ordinal);
    }

    private static WrittenHost With(string settings)
    {
        var host = WrittenHost.Named("own-pve-gpu");
        Directory.CreateDirectory(Path.Join(host.Root, "etc/passthru-exporter"));
        File.WriteAllText(Path.Join(host.Root, "etc/passthru-exporter/config.yml"), settings);
        return host;
    }
}
