using System.Text.Json.Nodes;
using Passthru.Tests.Alerts;

namespace Passthru.Tests.Deploy;

/// <summary>The Helm chart: valid by the schemas whatever the values, and tuned by them as documented.</summary>
public sealed class HelmTests
{
    private const string Rules = "prometheusRule:\n  enabled: true\n";

    public static TheoryData<string> Values =>
    [
        "{}",
        "access: holders",
        "access: privileged",
        Rules,
        "monitor: {kind: PodMonitor, labels: {release: kps}, endpoint: {scheme: https, tlsConfig: {insecureSkipVerify: true}}}",
        "monitor: {kind: ServiceMonitor, job: passthru-lab}",
        "dashboards: {enabled: true, labels: {grafana_dashboard: '1', team: virt}, annotations: {k8s-sidecar-target-directory: Passthrough}}",
        "config: {devices: [{id: '10de:2204'}, {address: '0000:01:00.0', vm: gaming}], holders: [dpdk-testpmd]}",
        "configByNode: {node1: {devices: [{address: '0000:01:00'}]}, node2: {}}",
        """
        fullnameOverride: exporter
        image: {repository: registry.example.org/passthru-exporter, tag: latest, pullPolicy: Always}
        imagePullSecrets: [{name: registry}]
        extraArgs: [--collector.pci.all, --web.config.file=/web/web.yml]
        extraVolumes: [{name: web, secret: {secretName: web}}]
        extraVolumeMounts: [{name: web, mountPath: /web, readOnly: true}]
        affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: gpu, operator: Exists}]}]}}}
        tolerations: []
        nodeSelector: {}
        priorityClassName: system-node-critical
        podAnnotations: {example.org/a: b}
        podLabels: {team: virt}
        maxUnavailable: 3
        livenessProbe: {httpGet: null, tcpSocket: {port: metrics}}
        """,
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task What_comes_out_is_valid(string values) => await (await Manifests.Helm(values)).Check();

    [Fact]
    public async Task It_makes_the_same_pods_as_Kustomize()
    {
        var kustomize = await Manifests.Kustomize("base");
        var helm = await Manifests.Helm("config: {devices: []}");
        foreach (var key in (string[])["args", "ports", "livenessProbe", "readinessProbe", "resources", "securityContext", "volumeMounts"])
        {
            Assert.True(JsonNode.DeepEquals(kustomize.Container[key], helm.Container[key]), $"{key}: {helm.Container[key]}");
        }
    }

    [Fact]
    public async Task It_brings_all_dashboards() => (await Manifests.Helm("dashboards: {enabled: true}")).HasDashboards();

    [Fact]
    public async Task Left_alone_the_rules_are_those_of_alerts() =>
        Assert.Equivalent(new[] { RuleFile.Shipped, RuleFile.Capacity }, (await Manifests.Helm(Rules)).Of("PrometheusRule").Select(Manifests.Rules), strict: true);

    [Fact]
    public async Task A_rule_is_switched_off_by_name_or_by_row()
    {
        var left = await Alerts("""
              capacity: false
              alerts:
                PassthruIommuDisabled: {enabled: false}
                PassthruDmaFaults/other: {enabled: false}
            """);
        Assert.Equal(RuleFile.Shipped.Alerts.Count() - 4, left.Count);
        Assert.DoesNotContain(left, rule => rule.Alert == "PassthruIommuDisabled");
        Assert.Equal("critical", Assert.Single(left, rule => rule.Alert == "PassthruDmaFaults").Severity);
    }

    [Fact]
    public async Task A_rule_is_tuned_and_what_is_said_of_the_row_goes_first()
    {
        var rules = await Alerts("""
              capacity: false
              runbookUrl: https://wiki.example.org/@alert@
              alerts:
                PassthruDmaFaults: {for: 1m, labels: {team: virt}}
                PassthruDmaFaults/other: {severity: info, for: 5m, keepFiringFor: 2h}
            """);
        var (claimed, other) = (rules.First(rule => rule.Alert == "PassthruDmaFaults"), rules.Last(rule => rule.Alert == "PassthruDmaFaults"));
        Assert.Equal(("critical", "1m", "30m", "virt"), (claimed.Severity, claimed.For, claimed.KeepFiringFor, claimed.Labels["team"]));
        Assert.Equal(("info", "5m", "2h", "virt"), (other.Severity, other.For, other.KeepFiringFor, other.Labels["team"]));
        Assert.All(rules, rule => Assert.Equal($"https://wiki.example.org/{rule.Alert}", rule.Annotations["runbook_url"]));
        Assert.Equal(RuleFile.Shipped.Alerts.Count(), rules.Count);
    }

    [Theory]
    [InlineData(Rules + "  alerts: {PassthruNoSuchThing: {enabled: false}}", "PassthruNoSuchThing is no alert of this chart")]
    [InlineData(Rules + "  alerts: {PassthruDma: {enabled: false}}", "PassthruDma is no alert of this chart")]
    [InlineData(Rules + "  alerts: {PassthruDmaFaults: {severity: page}}", "/prometheusRule/alerts/PassthruDmaFaults/severity")]
    [InlineData(Rules + "  alerts: {PassthruDmaFaults: {for: 5}}", "/prometheusRule/alerts/PassthruDmaFaults/for")]
    [InlineData("access: root", "/access")]
    [InlineData("acces: holders", "'acces' not allowed")]
    [InlineData("config: {devices: [{adress: '0000:01:00.0'}]}", "'adress' not allowed")]
    [InlineData("config: {devices: [{id: '10DE-2204'}]}", "/config/devices/0/id")]
    public async Task Values_that_make_no_sense_are_refused(string values, string told) =>
        Assert.Contains(told, await Manifests.Refused(values), StringComparison.Ordinal);

    private static async Task<List<Rule>> Alerts(string values) =>
        [.. Manifests.Rules(Assert.Single((await Manifests.Helm(Rules + values)).Of("PrometheusRule"))).Alerts];
}
