using System.Text.Json;
using Passthru.Exporter.Checking;
using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Checking;

/// <summary>What <c>check</c> answers when it is asked about a machine or a device, and in which form.</summary>
public sealed class HostCheckTests(WrittenHosts hosts)
{
    [Fact]
    public void Asked_about_a_machine_it_tells_what_keeps_it_from_starting_and_nothing_of_others()
    {
        var seen = Read.Observation(hosts.Files("own-pve-black-screen"));
        var check = HostCheck.OfVm(seen, "111")!;

        Assert.Equal("VM 111", check.About);
        Assert.Contains(check.Findings, finding => finding.Rule.Id == "vm-romfile-missing");
        Assert.DoesNotContain(check.Findings, finding => finding.Vms is ["110"]);
        Assert.Equal(check.Findings, HostCheck.OfVm(seen, "conventional")!.Findings);
    }

    [Fact]
    public void A_host_without_an_IOMMU_is_told_to_whoever_asks_about_a_machine()
    {
        var check = HostCheck.OfVm(Read.Observation(hosts.Files("bad-no-iommu")), "100")!;

        Assert.Equal("iommu-off-in-kernel", check.Findings[0].Rule.Id);
        Assert.Equal(2, check.ExitCode);
    }

    [Fact]
    public void Asked_about_a_device_it_tells_of_its_group_too()
    {
        var seen = Read.Observation(hosts.Files("own-pve-takes-root-disk"));
        var check = HostCheck.OfDevice(seen, SomeVms.Selector("0000:00:17.1"))!;

        Assert.Contains(check.Findings, finding => finding.Rule.Id == "group-shared-with-critical-device");
        Assert.DoesNotContain(HostCheck.OfDevice(seen, SomeVms.Selector("0000:03:00.0"))!.Findings, finding => finding.Rule.Id == "group-shared-with-critical-device");
    }

    [Theory]
    [InlineData("own-pve-gpu", 1)]
    [InlineData("own-healthy", 0)]
    [InlineData("own-pve-nic-lost", 2)]
    [InlineData("laptop", 0)]
    public void The_exit_code_is_that_of_the_worst(string host, int code) => Assert.Equal(code, HostCheck.ForHost(Read.Observation(hosts.Files(host))).ExitCode);

    [Fact]
    public void What_is_asked_about_ends_with_what_breaks_with_it()
    {
        var check = HostCheck.OfVm(Read.Observation(hosts.Files("own-pve-nic-lost")), "100")!;

        Assert.EndsWith($"\n{check.FailureDomain}\n", CheckText.Render(check, colour: false), StringComparison.Ordinal);
        Assert.Contains("VM 100", check.FailureDomain, StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_about_a_slot_it_answers_for_all_its_functions()
    {
        var seen = Read.Observation(hosts.Files("own-pve-takes-root-disk"));
        var slot = HostCheck.OfDevice(seen, SomeVms.Selector("00:17"))!;

        Assert.Equal("0000:00:17", slot.About);
        Assert.Contains(slot.Findings, finding => finding.Rule.Id == "group-shared-with-critical-device");
    }

    [Fact]
    public void Asked_about_a_device_it_hides_no_critical_that_names_it()
    {
        var seen = Read.Observation(hosts.Files("own-pve-takes-root-disk"));
        var taken = seen.Report.Findings.First(finding => finding.Rule.Id == "vm-start-takes-critical-device");

        Assert.Contains(taken, HostCheck.OfDevice(seen, new(taken.Functions[0], WholeSlot: false))!.Findings);
    }

    [Fact]
    public void What_is_worst_comes_first_with_a_fix_for_this_host_and_its_runbook()
    {
        var lines = Read.Check(hosts.Files("own-pve-nic-lost")).Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith("  critical", StringComparison.Ordinal));
        var text = string.Join(' ', lines[first..].Select(line => line.Trim()));

        Assert.Contains("driverctl set-override 0000:03:00.0 vfio-pci", text, StringComparison.Ordinal);
        Assert.Contains("see:  https://", text, StringComparison.Ordinal);
        Assert.DoesNotContain(lines[..first], line => line.StartsWith("  warning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("own-pve-nic-lost")]
    [InlineData("bad-override")]
    [InlineData("bad-no-iommu")]
    public void Lines_fit_a_terminal_of_80_columns_unless_a_word_does_not(string host) =>
        Assert.All(Read.Check(hosts.Files(host)).Split('\n'), line =>
            Assert.True(line.Length <= 80 || line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries).Length <= 2, line));

    [Fact]
    public void What_is_not_there_is_not_checked()
    {
        var seen = Read.Observation(hosts.Files("own-healthy"));

        Assert.Null(HostCheck.OfVm(seen, "999"));
        Assert.Null(HostCheck.OfDevice(seen, SomeVms.Selector("0000:99:00.0")));
        Assert.NotNull(HostCheck.OfDevice(Read.Observation(hosts.Files("own-device-gone")), SomeVms.Selector("0000:0a:00.0")));
    }

    [Fact]
    public void Where_everything_is_refused_nothing_is_fine()
    {
        var files = new RefusingTree(hosts.Files("own-healthy"), path => path.StartsWith("sys/", StringComparison.Ordinal) || path.StartsWith("etc/", StringComparison.Ordinal));
        var facts = Read.Facts(files);
        var check = HostCheck.ForHost(new Passthru.Exporter.Observing.Observation(facts, Diagnosis.Assess(facts)));

        Assert.Equal(3, check.ExitCode);
        Assert.All(StageLine.For(check), stage => Assert.Equal("unknown", stage.State));
        Assert.DoesNotContain("nothing found.", CheckText.Render(check, colour: false), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_gets_the_same_as_JSON()
    {
        var check = HostCheck.OfVm(Read.Observation(hosts.Files("own-pve-nic-lost")), "100")!;
        var json = JsonDocument.Parse(CheckJson.Render(check)).RootElement;

        Assert.Equal(1, json.GetProperty("version").GetInt32());
        Assert.Equal("critical", json.GetProperty("verdict").GetString());
        Assert.Equal(check.Findings.Select(finding => finding.Rule.Id), json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("id").GetString()!));
        var lost = json.GetProperty("findings").EnumerateArray().First(finding => finding.GetProperty("id").GetString() == "ownership-lost");
        Assert.Equal(["0000:03:00.0"], lost.GetProperty("devices").EnumerateArray().Select(device => device.GetString()!));
        Assert.Equal(["100"], lost.GetProperty("vms").EnumerateArray().Select(vm => vm.GetString()!));
    }

    [Fact]
    public void Colours_change_nothing_but_colours()
    {
        var check = HostCheck.ForHost(Read.Observation(hosts.Files("own-pve-nic-lost")));
        var coloured = CheckText.Render(check, colour: true);

        Assert.Contains("\x1b[31;1mcritical", coloured, StringComparison.Ordinal);
        Assert.Equal(CheckText.Render(check, colour: false), System.Text.RegularExpressions.Regex.Replace(coloured, "\x1b\\[[0-9;]*m", ""));
    }

    [Fact]
    public void No_control_character_of_a_name_reaches_the_terminal()
    {
        var name = "a\x1b[2Jb\u009bc";
        var facts = Some.Facts(Some.Function().On("nvidia")).WithLibvirt(SomeVms.Libvirt(name, SomeVms.Device("hostdev0", "0000:01:00.0") with { When = Passthru.Facts.Vms.ExpectationTime.Always }));
        var check = HostCheck.ForHost(new Passthru.Exporter.Observing.Observation(facts, Diagnosis.Assess(facts)));

        Assert.DoesNotContain(CheckText.Render(check, colour: false), c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain("\x1b[2J", CheckText.Render(check, colour: true), StringComparison.Ordinal);
    }

    /// <summary>The first fix that check names is the one that the runbook names.</summary>
    [Fact]
    public void Every_rule_has_a_runbook_that_names_its_fix()
    {
        foreach (var rule in Passthru.Findings.Rules.AllRules.Table.Select(rule => rule.Kind).Where(kind => kind.Alert.Length > 0))
        {
            var runbook = File.ReadAllText(Path.Join(Golden.Repository, $"alerts/runbooks/{rule.Alert}.md"));
            Assert.True(Words(runbook).Contains(Words(rule.Fix), StringComparison.Ordinal), $"{rule.Alert}.md does not say: {rule.Fix}");
        }

        static string Words(string text) => string.Join(' ', text.Replace("`", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
