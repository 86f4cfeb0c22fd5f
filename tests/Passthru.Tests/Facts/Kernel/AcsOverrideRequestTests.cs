using Passthru.Facts.Kernel;

namespace Passthru.Tests.Facts.Kernel;

public sealed class AcsOverrideRequestTests
{
    [Theory]
    [InlineData("pcie_acs_override=downstream", "downstream")]
    [InlineData("pcie_acs_override=downstream,multifunction", "downstream multifunction")]
    [InlineData("pcie_acs_override=downstream pcie_acs_override=multifunction", "downstream multifunction")]
    [InlineData("pcie-acs-override=downstream", "downstream")]
    [InlineData("pcie_acs_override=downstreamXYZ", "downstream")]
    [InlineData("pcie_acs_override=id:8086:1234", "id:8086:1234")]
    [InlineData("pcie_acs_override=id:8086:AB,id:1022:43c6", "id:8086:00ab id:1022:43c6")]
    [InlineData("pcie_acs_override=id:8086", "")]
    [InlineData("pcie_acs_override=id:8086:12345", "")]
    [InlineData("pcie_acs_override=upstream", "")]
    [InlineData("pcie_acs_override=", "")]
    [InlineData("pcie_acs_override", "")]
    public void It_holds_the_tokens_the_patch_would_take(string line, string options) => Assert.Equal(options, string.Join(' ', Of(line)!.Options));

    [Theory]
    [InlineData("quiet")]
    [InlineData("pci_acs_override=downstream")]
    [InlineData("-- pcie_acs_override=downstream")]
    public void Without_the_parameter_there_is_no_request(string line) => Assert.Null(Of(line));

    [Fact]
    public void The_patch_stores_fifteen_ids()
    {
        var ids = string.Join(',', Enumerable.Range(1, 20).Select(id => $"id:8086:{id:x4}"));
        Assert.Equal(15, Of($"pcie_acs_override={ids},downstream")!.Options.Count(option => option.StartsWith("id:", StringComparison.Ordinal)));
    }

    private static AcsOverrideRequest? Of(string line) => AcsOverrideRequest.Parse(KernelCommandLine.Parse(line));
}
