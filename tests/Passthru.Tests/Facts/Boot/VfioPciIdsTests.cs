using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;

namespace Passthru.Tests.Facts.Boot;

/// <summary>The ids that vfio-pci would have when it is loaded.</summary>
public sealed class VfioPciIdsTests
{
    [Theory]
    [InlineData("options vfio-pci ids=10de:1b81,10de:10f0", "10de:1b81 10de:10f0 @1")]
    [InlineData("options vfio-pci ids=\"10de:1b81,10de:10f0\"", "10de:1b81 10de:10f0 @1")]
    [InlineData("options vfio-pci \"ids=10de:1b81\"", "10de:1b81 @1")]
    [InlineData("options vfio-pci disable_vga=1 ids=10DE:1B81", "10de:1b81 @1")]
    [InlineData("options vfio-pci ids=10de:1b81 ids=10de:10f0", "10de:10f0 @1")]
    [InlineData("options vfio-pci ids=10de:1b81\noptions vfio-pci ids=10de:10f0", "10de:10f0 @2")]
    [InlineData("options vfio-pci ids=10de:1b81\noptions vfio-pci disable_idle_d3=1", "10de:1b81 @1")]
    [InlineData("options vfio-pci ids=10de:1b81, 10de:10f0", "10de:1b81 @1")]
    [InlineData("options vfio-pci ids=10de:1b81 # the card", "10de:1b81 @1")]
    [InlineData("options vfio-pci ids=10de:1b81,10de:10f0\r", "10de:1b81 10de:10f0 @1")]
    [InlineData("options vfio-pci ids=10de:1b81,typo,,10de:10f0,", "10de:1b81 10de:10f0 @1")]
    [InlineData("options vfio-pci ids=", " @1")]
    [InlineData("options vfio-pci ids=10de:1b81\noptions vfio-pci ids=", " @2")]
    [InlineData("options vfio ids=10de:1b81", null)]
    [InlineData("options vfio-pci id=10de:1b81", null)]
    [InlineData("options vfio-pci IDS=10de:1b81", null)]
    [InlineData("options vfio-pci ids = 10de:1b81", null)]
    [InlineData("options vfio-pci -- ids=10de:1b81", null)]
    [InlineData("options vfio-pci ids", null)]
    public void The_last_assignment_counts(string lines, string? expected)
    {
        var text = new ModprobeText();
        text.Add("etc/modprobe.d/vfio.conf", lines);

        Assert.Equal(expected, Text(text.ToConfiguration().VfioIds));
    }

    [Fact]
    public void A_list_that_does_not_fit_keeps_the_module_out()
    {
        var longest = string.Join(',', Enumerable.Repeat("10de:1b81", 103))[..1023];

        Assert.NotEmpty(VfioPciIds.OfOptions([Options($"ids={longest}")])!.Ids);
        Assert.Null(VfioPciIds.OfOptions([Options($"ids={longest}0")]));
        Assert.Null(VfioPciIds.OfOptions([Options($"ids={longest}0"), Options("ids=10de:1b81")]));
    }

    [Theory]
    [InlineData("quiet vfio-pci.ids=10de:1b81,10de:10f0 iommu=pt", "10de:1b81 10de:10f0 @1")]
    [InlineData("vfio_pci.ids=10de:1b81", "10de:1b81 @1")]
    [InlineData("vfio-pci.ids=10de:1b81 vfio_pci.ids=10de:10f0", "10de:10f0 @1")]
    [InlineData("quiet", null)]
    [InlineData("vfio-pci=10de:1b81", null)]
    public void The_command_line_assigns_too(string line, string? expected) =>
        Assert.Equal(expected, Text(VfioPciIds.OfCommandLine(KernelCommandLine.Parse(line))));

    private static ModuleOptions Options(string words) => new("vfio_pci", words, default);

    private static string? Text(VfioIds? ids) => ids is null ? null : $"{string.Join(' ', ids.Ids)} @{ids.At.Line}";
}
