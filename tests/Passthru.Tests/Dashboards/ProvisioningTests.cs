using Passthru.Tests.Support;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Passthru.Tests.Dashboards;

/// <summary>The provisioning files, as far as can be seen without Grafana: keys that it knows, and values that fit what else is shipped.</summary>
public sealed class ProvisioningTests
{
    private static readonly IDeserializer Yaml =
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build();

    [Fact]
    public void The_folder_of_dashboards_cannot_be_changed_by_hand()
    {
        var file = Yaml.Deserialize<DashboardProviders>(Read("dashboards/passthru.yml"));
        var provider = Assert.Single(file.Providers);

        Assert.Equal(1, file.ApiVersion);
        Assert.Equal("file", provider.Type);
        Assert.False(provider.AllowUiUpdates);
        Assert.True(provider.DisableDeletion);
        Assert.True(Path.IsPathRooted(provider.Options.Path));
    }

    [Fact]
    public void The_data_source_is_the_Prometheus_of_the_sample()
    {
        var file = Yaml.Deserialize<DataSources>(Read("datasources/passthru.yml"));
        var source = Assert.Single(file.Datasources);
        var prometheus = File.ReadAllText(Path.Join(Golden.Repository, "deploy/prometheus/prometheus.yml"));

        Assert.Equal((1, "prometheus", "proxy"), (file.ApiVersion, source.Type, source.Access));
        Assert.Contains($"scrape_interval: {source.JsonData["timeInterval"]}\n", prometheus, StringComparison.Ordinal);
        Assert.Equal("false", source.JsonData["manageAlerts"]);
    }

    private static string Read(string file) => File.ReadAllText(Path.Join(Golden.Repository, "deploy/grafana/provisioning", file));

    public sealed class DashboardProviders
    {
        public int ApiVersion { get; set; }

        public List<DashboardProvider> Providers { get; set; } = [];
    }

    public sealed class DashboardProvider
    {
        public string Name { get; set; } = "";

        public string Type { get; set; } = "";

        public string Folder { get; set; } = "";

        public bool DisableDeletion { get; set; }

        public bool AllowUiUpdates { get; set; }

        public int UpdateIntervalSeconds { get; set; }

        public ProviderOptions Options { get; set; } = new();
    }

    public sealed class ProviderOptions
    {
        public string Path { get; set; } = "";

        public bool FoldersFromFilesStructure { get; set; }
    }

    public sealed class DataSources
    {
        public int ApiVersion { get; set; }

        public List<DataSource> Datasources { get; set; } = [];
    }

    public sealed class DataSource
    {
        public string Name { get; set; } = "";

        public string Type { get; set; } = "";

        public string Access { get; set; } = "";

        public string Url { get; set; } = "";

        public bool IsDefault { get; set; }

        public Dictionary<string, string> JsonData { get; set; } = [];
    }
}
