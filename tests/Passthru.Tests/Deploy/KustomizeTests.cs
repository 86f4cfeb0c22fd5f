using Passthru.Tests.Alerts;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>deploy/kubernetes by Kustomize: valid by the schemas, and what the documentation says that it is.</summary>
public sealed class KustomizeTests
{
    [Theory]
    [InlineData("base")]
    [InlineData("overlays/kubevirt")]
    [InlineData("overlays/harvester")]
    public async Task What_ships_is_valid(string folder) => await (await Manifests.Kustomize(folder)).Check();

    [Theory]
    [InlineData("")]
    [InlineData("access-holders")]
    [InlineData("access-privileged")]
    [InlineData("prometheus-operator")]
    [InlineData("access-privileged", "prometheus-operator")]
    public async Task Components_can_be_put_on_the_base(params string[] components) => await (await With(components)).Check();

    [Fact]
    public async Task The_base_needs_no_privilege_and_no_API_server()
    {
        var manifests = await Manifests.Kustomize("base");
        var pod = manifests.DaemonSet["spec"]!["template"]!["spec"]!;
        Assert.False((bool)pod["automountServiceAccountToken"]!);
        Assert.False((bool)pod["hostPID"]!);
        Assert.False((bool)pod["hostNetwork"]!);
        Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
        Assert.Equal("""{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"readOnlyRootFilesystem":true}""",
            manifests.Container["securityContext"]!.ToJsonString());
        Assert.All(manifests.Container["volumeMounts"]!.AsArray(), mount => Assert.True((bool)mount!["readOnly"]!));
        Assert.Contains("--no-collector.kernel_log", manifests.Arguments);
        Assert.Empty(manifests.Of("Role").Concat(manifests.Of("ClusterRole")));
    }

    [Fact]
    public async Task Access_to_holders_is_root_with_two_capabilities()
    {
        var manifests = await With("access-holders");
        Assert.Equal(0, (int)manifests.DaemonSet["spec"]!["template"]!["spec"]!["securityContext"]!["runAsUser"]!);
        Assert.Equal("""{"add":["DAC_READ_SEARCH","SYS_PTRACE"],"drop":["ALL"]}""", manifests.Container["securityContext"]!["capabilities"]!.ToJsonString());
    }

    /// <summary>Kubernetes refuses a privileged container that may not escalate.</summary>
    [Fact]
    public async Task Privileged_access_reads_the_kernel_log()
    {
        var manifests = await With("access-privileged");
        Assert.Equal("""{"privileged":true,"readOnlyRootFilesystem":true}""", manifests.Container["securityContext"]!.ToJsonString());
        Assert.DoesNotContain("--no-collector.kernel_log", manifests.Arguments);
    }

    [Fact]
    public async Task On_Harvester_each_node_reads_its_own_file()
    {
        var manifests = await Manifests.Kustomize("overlays/harvester");
        Assert.Contains("--config.file=/etc/passthru-exporter/$(NODE_NAME).yml", manifests.Arguments);
        Assert.Equal("spec.nodeName", (string?)manifests.Container["env"]![0]!["valueFrom"]!["fieldRef"]!["fieldPath"]);
        Assert.Equal(["node1.yml", "node2.yml"], manifests.Config.Select(file => file.Key));
    }

    [Fact]
    public async Task The_overlays_bring_all_dashboards() => (await Manifests.Kustomize("overlays/kubevirt")).HasDashboards();

    /// <summary>What <c>generate.sh</c> makes of the rules now.</summary>
    [Fact]
    public async Task The_generated_files_are_up_to_date()
    {
        using var directory = new TemporaryDirectory();
        Assert.Equal((0, ""), await Tools.Run("", "sh", Path.Join(Golden.Repository, "deploy/kubernetes/generate.sh"), directory.Path));
        var files = Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Golden.Check(Path.Join("deploy/kubernetes", Path.GetRelativePath(directory.Path, file)), File.ReadAllText(file)));
    }

    [Fact]
    public async Task The_rules_are_those_of_alerts()
    {
        var manifests = await With("prometheus-operator");
        Assert.Equivalent(new[] { RuleFile.Shipped, RuleFile.Capacity }, manifests.Of("PrometheusRule").Select(Manifests.Rules), strict: true);
    }

    /// <summary>A judge that finds nothing would be no judge.</summary>
    [Theory]
    [InlineData("readOnlyRootFilesystem: true", "readonlyRootFilesystem: true", "does not exist in type 'ISecurityContext'")]
    [InlineData("relabelings:", "relabellings:", "does not exist in type 'IPodMetricsEndpoint'")]
    [InlineData("for: 15m", "for: soon", "must match pattern")]
    [InlineData("mountPropagation: HostToContainer", "mountPropagation: Shared", "must be equal to one of the allowed values")]
    [InlineData("containerPort: 10068", "containerPort: metrics", "must be integer")]
    public async Task A_mistake_is_found(string right, string wrong, string told)
    {
        var text = (await With("prometheus-operator")).Text;
        Assert.Contains(right, text, StringComparison.Ordinal);
        var (code, said) = await Manifests.Judge(text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Equal(1, code);
        Assert.Contains(told, said, StringComparison.Ordinal);
    }

    private static async Task<Manifests> With(params string[] components)
    {
        using var directory = new TemporaryDirectory();
        var folder = Path.GetRelativePath(directory.Path, Path.Join(Golden.Repository, "deploy/kubernetes"));
        var list = string.Join("", components.Where(name => name != "").Select(name => $"\n  - {folder}/components/{name}"));
        directory.Write("kustomization.yaml", $"""
            namespace: passthru-exporter
            resources:
              - {folder}/base
            components:{(list == "" ? " []" : list)}
            """);
        return await Manifests.Kustomize(directory.Path);
    }
}
