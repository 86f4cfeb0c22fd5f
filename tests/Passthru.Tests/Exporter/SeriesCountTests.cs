using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

public sealed class SeriesCountTests
{
    [Fact]
    public void The_host_to_measure_with_stays_below_600_series() =>
        Assert.InRange(SeriesTable.Count(TreeFiles.Of(AllHosts.Build("intel-server")), all: false), 1, 600);

    /// <summary>What a device is, whose it is, and the two sizes of its group; nothing that only matters to whoever hands it out.</summary>
    [Theory]
    [InlineData("iavf", 4)]
    [InlineData(null, 4)]
    public void A_virtual_function_of_an_adapter_that_stays_with_the_host_has_few_series(string? driver, int each)
    {
        var few = Count(driver, functions: 8);
        var many = Count(driver, functions: 64);
        Assert.Equal((64 - 8) * each, many - few);
    }

    [Fact]
    public void One_that_may_be_handed_out_counts_like_any_device() =>
        Assert.True(Count("vfio-pci", functions: 64) - Count("vfio-pci", functions: 8) > (64 - 8) * 10);

    private static int Count(string? driver, int functions) =>
        SeriesTable.Count(TreeFiles.Of(Sriov64Vfs.Host(functions, _ => driver).Build()), all: false);
}
