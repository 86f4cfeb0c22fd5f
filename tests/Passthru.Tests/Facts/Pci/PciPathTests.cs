using Passthru.Facts.Pci;

namespace Passthru.Tests.Facts.Pci;

public sealed class PciPathTests
{
    [Fact]
    public void A_function_on_a_root_bus_has_nothing_above()
    {
        var path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:02.0");
        Assert.Equal("sys/devices/pci0000:00/0000:00:02.0", path.Directory);
        Assert.True(path.IsKnown);
        Assert.Null(path.Parent);
        Assert.Empty(path.Ancestors);
    }

    [Fact]
    public void The_nearest_bridge_is_the_parent()
    {
        var path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:1c.0/0000:05:00.0/0000:06:01.0/0000:07:00.0");
        Assert.Equal("0000:06:01.0", path.Parent.ToString());
        Assert.Equal(["0000:06:01.0", "0000:05:00.0", "0000:00:1c.0"], path.Ancestors.Select(address => address.ToString()));
    }

    [Fact]
    public void The_root_bus_of_a_nested_domain_is_a_root_bus_below_its_controller()
    {
        var port = PciPath.FromLink("../../../devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0");
        Assert.Null(port.Parent);
        Assert.Equal(["0000:00:0e.0"], port.Ancestors.Select(address => address.ToString()));
        var disk = PciPath.FromLink("../../../devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0");
        Assert.Equal("10000:e0:06.0", disk.Parent.ToString());
    }

    [Fact]
    public void Root_buses_may_be_below_a_platform_device()
    {
        var path = PciPath.FromLink("../../../devices/platform/PNP0A08:00/pci000c:00/000c:00:01.0/000c:01:00.0");
        Assert.True(path.IsKnown);
        Assert.Equal("000c:00:01.0", path.Parent.ToString());
    }

    [Fact]
    public void Without_a_root_bus_nothing_is_known() => Assert.False(PciPath.FromLink("../../../devices/somewhere/0000:00:02.0").IsKnown);

    [Theory]
    [InlineData("pci0000:00/0000:00:1c.0/0000:05:00.0", "pci0000:00/1c.0/00.0")]
    [InlineData("pci0000:00/0000:00:1c.0/0000:07:00.0", "pci0000:00/1c.0/00.0")]
    [InlineData("pci0000:00/0000:00:1f.3", "pci0000:00/1f.3")]
    [InlineData("pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0", "pci0000:00/0e.0/pci/06.0/00.0")]
    [InlineData("platform/PNP0A08:00/pci000c:00/000c:00:01.0/000c:01:00.0", "pci000c:00/01.0/00.0")]
    [InlineData("somewhere/0000:00:02.0", "0000:00:02.0")]
    public void A_place_does_not_depend_on_bus_numbers(string directory, string place) =>
        Assert.Equal(place, PciPath.FromLink($"../../../devices/{directory}").Place);

    [Fact]
    public void Where_no_link_tells_the_address_is_the_place() =>
        Assert.Equal("0000:00:02.0", PciPath.Unlinked("sys/bus/pci/devices/0000:00:02.0").Place);
}
