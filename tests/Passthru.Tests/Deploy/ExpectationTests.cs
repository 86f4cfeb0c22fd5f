using System.Text.RegularExpressions;
using Passthru.Exporter.Configuration;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>Expectations in Kubernetes: what the exporter reads of the ConfigMaps, and the commands of the README that write them.</summary>
public sealed partial class ExpectationTests
{
    [Theory]
    [InlineData("base", 0)]
    [InlineData("overlays/kubevirt", 2)]
    [InlineData("overlays/harvester", 2)]
    public async Task The_exporter_takes_the_files_of_Kustomize(string folder, int devices) =>
        Assert.Equal(devices, Devices(await Manifests.Kustomize(folder)));

    [Theory]
    [InlineData("config: {devices: [{id: '10de:2204'}, {address: '0000:01:00', vm: gaming}], units: [nfs-server.service], flags: {log.level: warn}}", 2)]
    [InlineData("configByNode: {node1: {devices: [{address: '0000:01:00.0'}]}, node2: {}}", 1)]
    public async Task And_those_of_the_chart(string values, int devices) => Assert.Equal(devices, Devices(await Manifests.Helm(values)));

    [Fact]
    public async Task The_command_for_KubeVirt_writes_the_permitted_devices()
    {
        var written = await Jq("kubevirt", """
            {"items": [{"spec": {"configuration": {"permittedHostDevices": {"pciHostDevices": [
                {"pciVendorSelector": "10DE:2204", "resourceName": "nvidia.com/GA102"}, {"pciVendorSelector": "8086:1521", "resourceName": "intel.com/i350"}]}}}}]}
            """);
        Assert.Equal(["10de:2204", "8086:1521"], SettingsFile.Parse(written, "config.yml").ConfiguredExpectations.Devices.Select(device => device.Id?.ToString()));
        Assert.Empty(SettingsFile.Parse(await Jq("kubevirt", """{"items": [{"spec": {"configuration": {}}}]}"""), "config.yml").ConfiguredExpectations.Devices);
    }

    [Fact]
    public async Task The_command_for_Harvester_writes_the_claims_of_a_node()
    {
        const string claims = """
            {"items": [{"spec": {"address": "0000:01:00.0", "nodeName": "node1", "userName": "admin"}}, {"spec": {"address": "0000:81:00.0", "nodeName": "node2", "userName": "admin"}}]}
            """;
        Assert.Equal("0000:81:00.0", Assert.Single(SettingsFile.Parse(await Jq("pcideviceclaims", claims, "--arg", "node", "node2"), "node2.yml").ConfiguredExpectations.Devices).Address?.ToString());
        Assert.Empty(SettingsFile.Parse(await Jq("pcideviceclaims", claims, "--arg", "node", "node3"), "node3.yml").ConfiguredExpectations.Devices);
    }

    private static int Devices(Manifests manifests) =>
        manifests.Config.Sum(file => SettingsFile.Parse((string)file.Value!, file.Key).ConfiguredExpectations.Devices.Length);

    /// <summary>The filter of the command in the README that asks for these objects.</summary>
    private static async Task<string> Jq(string asksFor, string objects, params string[] arguments)
    {
        var command = JqCommands().Matches(await File.ReadAllTextAsync(Path.Join(Golden.Repository, "deploy/kubernetes/README.md"), TestContext.Current.CancellationToken))
            .Single(match => match.Groups[1].Value.Contains(asksFor, StringComparison.Ordinal));
        var (code, said) = await Tools.Run(objects, "jq", [.. arguments, command.Groups[2].Value]);
        Assert.True(code == 0, said);
        return said;
    }

    [GeneratedRegex(@"kubectl get (.+?) -o json \|\s+jq [^']*'([^']+)'")]
    private static partial Regex JqCommands();
}
