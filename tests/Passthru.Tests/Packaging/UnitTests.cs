using System.Globalization;
using System.Text.RegularExpressions;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>The unit for systemd.</summary>
public sealed partial class UnitTests
{
    private static readonly string Units = Path.Join(Golden.Repository, "deploy/systemd");

    [Fact]
    public async Task Its_exposure_is_below_two_and_what_its_readme_says()
    {
        var exposure = await Exposure(Path.Join(Units, "passthru-exporter.service"));
        Assert.True(exposure < 2.0, $"{exposure}");
        Assert.Contains($"**{exposure.ToString("F1", CultureInfo.InvariantCulture)}**", await Readme(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_socket_activation_it_is_what_its_readme_says()
    {
        using var directory = new TemporaryDirectory();
        var unit = directory.Write("passthru-exporter.service", string.Concat(
            await File.ReadAllTextAsync(Path.Join(Units, "passthru-exporter.service"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(Path.Join(Units, "listen-directly.conf"), TestContext.Current.CancellationToken)));
        Assert.Contains($"**{(await Exposure(unit)).ToString("F1", CultureInfo.InvariantCulture)}**", await Readme(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_capability_stands_with_its_reason()
    {
        var unit = await File.ReadAllLinesAsync(Path.Join(Units, "passthru-exporter.service"), TestContext.Current.CancellationToken);
        var bound = Assert.Single(unit, line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal)).Split('=')[1].Split(' ');
        var ambient = Assert.Single(unit, line => line.StartsWith("AmbientCapabilities=", StringComparison.Ordinal)).Split('=')[1].Split(' ');
        Assert.Equal(bound, ambient);
        Assert.Equal(bound, unit.Select(line => Reason().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value));
        Assert.All(bound, capability => Assert.Contains($"`{capability}`", Readme().GetAwaiter().GetResult(), StringComparison.Ordinal));
    }

    private static async Task<double> Exposure(string unit)
    {
        var (_, said) = await Tools.Run("", "systemd-analyze", "security", "--offline=true", "--no-pager", unit);
        return double.Parse(Overall().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static Task<string> Readme() => File.ReadAllTextAsync(Path.Join(Units, "README.md"), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"Overall exposure level for [^:]+: ([0-9.]+)")]
    private static partial Regex Overall();

    [GeneratedRegex(@"^# (CAP_[A-Z_]+) ")]
    private static partial Regex Reason();
}
