using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Pci;

public sealed class PciNamesTests
{
    private const string Ids = """
        # The list
        0e11  Compaq Computer Corporation
        	0001  PCI to EISA Bridge
        8086  Intel Corporation
        # nee nobody
        	1521  I350 Gigabit Network Connection
        		8086 0001  Ethernet Server Adapter I350-T4
        	10d3  82574L Gigabit Network Connection

        C 02  Network controller
        	00  Ethernet controller
        8086  After the classes

        """;

    private static readonly PciId I350 = new(0x8086, 0x1521);

    [Theory]
    [InlineData("usr/share/misc/pci.ids")]
    [InlineData("usr/share/hwdata/pci.ids")]
    public void Names_come_from_where_distributions_keep_them(string path)
    {
        var names = Names(new FakeTree().With(path, Ids), I350);
        Assert.Equal("Intel Corporation", names.Vendor(0x8086));
        Assert.Equal("I350 Gigabit Network Connection", names.Device(I350));
    }

    [Fact]
    public void A_subsystem_is_no_device_and_a_comment_ends_no_vendor()
    {
        var names = Names(new FakeTree().With("usr/share/misc/pci.ids", Ids), new PciId(0x8086, 0x8086), new PciId(0x8086, 0x10d3), new PciId(0x0e11, 0x1521));
        Assert.Null(names.Device(new PciId(0x8086, 0x8086)));
        Assert.Equal("82574L Gigabit Network Connection", names.Device(new PciId(0x8086, 0x10d3)));
        Assert.Null(names.Device(new PciId(0x0e11, 0x1521)));
    }

    [Fact]
    public void Without_the_file_there_are_no_names_and_no_issue()
    {
        var door = new HostReader(new FakeTree(), ReadAttempt.Unlimited);
        Assert.Null(PciNames.None.With(new HashSet<PciId> { I350 }, door).Vendor(0x8086));
        Assert.Empty(door.Issues);
    }

    [Fact]
    public void The_file_is_read_again_only_for_a_new_id()
    {
        var door = new HostReader(new FakeTree().With("usr/share/misc/pci.ids", Ids), ReadAttempt.Unlimited);
        var names = PciNames.None.With(new HashSet<PciId> { I350 }, door);
        Assert.Same(names, names.With(new HashSet<PciId> { I350 }, door));
        Assert.NotSame(names, names.With(new HashSet<PciId> { I350, new(0x0e11, 0x0001) }, door));
    }

    private static PciNames Names(FakeTree files, params PciId[] ids) => PciNames.None.With(ids.ToHashSet(), new HostReader(files, ReadAttempt.Unlimited));
}
