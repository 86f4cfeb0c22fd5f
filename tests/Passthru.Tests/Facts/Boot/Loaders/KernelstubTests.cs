using Passthru.Facts.Boot.Loaders;

namespace Passthru.Tests.Facts.Boot.Loaders;

/// <summary>The configuration from which Pop!_OS writes its entries.</summary>
public sealed class KernelstubTests
{
    [Theory]
    [InlineData("""{"default": {"kernel_options": ["quiet"]}, "user": {"kernel_options": ["iommu=pt", "vfio-pci.ids=1:2"]}}""", "iommu vfio-pci.ids")]
    [InlineData("""{"user": {"kernel_options": "quiet iommu=pt"}}""", "quiet iommu")]
    [InlineData("""{"default": {"kernel_options": ["quiet"]}, "user": {}}""", "quiet")]
    [InlineData("""{"user": {"kernel_options": 1}}""", null)]
    [InlineData("""{"user": []}""", null)]
    [InlineData("[]", null)]
    [InlineData("{", null)]
    [InlineData("", null)]
    public void Options_of_the_user_come_before_those_of_the_program(string text, string? words)
    {
        var line = Kernelstub.Parse(text);

        Assert.Equal(words, line is null ? null : string.Join(' ', line.Parameters.Select(word => word.Name)));
    }
}
