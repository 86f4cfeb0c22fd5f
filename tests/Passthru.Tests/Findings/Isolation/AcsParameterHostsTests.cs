using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>Captures of kernels that were told to leave ACS off at one port: their groups are what the model makes of config space.</summary>
public sealed class AcsParameterHostsTests(WrittenHosts hosts)
{
    private const string Port = "0000:00:1c.2";

    [Theory]
    [InlineData("vm-disable-acs-redir")]
    [InlineData("vm-config-acs")]
    public void The_card_is_in_the_group_of_its_port_for_the_kernel_and_for_the_model(string host)
    {
        var report = Diagnosis.Assess(Read.Facts(hosts.Files(host)));
        var group = Assert.Single(report.Groups!.Value, group => group.Group.Functions?.Any(function => function.ToString() == Port) == true);

        Assert.Equal([Port, "0000:03:00.0", "0000:03:00.1"], group.Group.Functions!.Value.Select(function => function.ToString()).Order(StringComparer.Ordinal));
        Assert.True(report.Isolation.ModelMatches);
        Assert.True(report.Isolation.Of(group.Group.Name)!.IsIsolated);
        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Alert == "PassthruGroupNotIsolated");
    }
}
