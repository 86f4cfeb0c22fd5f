using Passthru.Facts;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts;

/// <summary>Facts are values: two reads of a host that stayed as it was are equal, whatever time has passed, and any change shows.</summary>
public sealed class SameFactsTests(WrittenHosts hosts)
{
    private const string Function = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0";

    public static TheoryData<string> Names => [.. WrittenHosts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_host_that_has_not_changed_says_the_same(string name)
    {
        var files = hosts.Files(name);
        var (first, memory) = Read.Facts(files, FactsCache.Empty);
        var (second, later) = Read.Facts(files, memory);
        Assert.True(AsServed(first).SaysTheSameAs(AsServed(second)));
        Assert.True(AsServed(second).SaysTheSameAs(AsServed(Read.Facts(files, later).Facts)));
    }

    [Theory]
    [InlineData("enable", "7\n")]
    [InlineData("power_state", "D3hot\n")]
    [InlineData("power/runtime_status", "suspended\n")]
    [InlineData("reset_method", "bus\n")]
    [InlineData("driver_override", "vfio-pci\n")]
    [InlineData("current_link_width", "1\n")]
    [InlineData("aer_dev_fatal", "TOTAL_ERR_FATAL 3\n")]
    public void What_changes_of_a_function_shows(string attribute, string content) =>
        AssertChanges(files => files.With($"{Function}/{attribute}", content));

    [Fact]
    public void A_driver_that_changes_shows() => AssertChanges(files => files.WithLink($"{Function}/driver", "../../../../bus/pci/drivers/vfio-pci"));

    [Fact]
    public void A_group_that_changes_its_domain_shows() => AssertChanges(files => files.With("sys/kernel/iommu_groups/7/type", "identity\n"));

    [Fact]
    public void A_machine_that_starts_shows() => AssertChanges(files => files.With("proc/4711/comm", "kvm\n").With("proc/4711/cmdline", "/usr/bin/kvm\0-id\0110\0"));

    [Fact]
    public void What_can_be_read_no_more_shows() => AssertChanges(files => files.Refusing($"{Function}/driver_override", Errno.AccessDenied));

    private static void AssertChanges(Func<FakeTree, FakeTree> change)
    {
        var (before, memory) = Read.Facts(Host(), FactsCache.Empty);
        Assert.True(before.SaysTheSameAs(Read.Facts(Host(), memory).Facts));
        Assert.False(before.SaysTheSameAs(Read.Facts(change(Host()), memory).Facts));
    }

    private static FakeTree Host() => new FakeTree()
        .WithLink("sys/bus/pci/devices/0000:01:00.0", "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0")
        .With($"{Function}/class", "0x030000\n")
        .With($"{Function}/vendor", "0x10de\n")
        .With($"{Function}/device", "0x1b81\n")
        .With($"{Function}/power_state", "D0\n")
        .With($"{Function}/power/runtime_status", "active\n")
        .With($"{Function}/reset_method", "flr bus\n")
        .With($"{Function}/enable", "1\n")
        .With($"{Function}/max_link_width", "16\n")
        .With($"{Function}/current_link_width", "16\n")
        .With($"{Function}/aer_dev_correctable", "TOTAL_ERR_COR 0\n")
        .With($"{Function}/aer_dev_fatal", "TOTAL_ERR_FATAL 0\n")
        .With($"{Function}/driver_override", "(null)\n")
        .WithLink($"{Function}/driver", "../../../../bus/pci/drivers/nouveau")
        .WithLink($"{Function}/iommu_group", "../../../../kernel/iommu_groups/7")
        .With("sys/kernel/iommu_groups/7/type", "DMA\n")
        .With("sys/kernel/iommu_groups/7/devices/0000:01:00.0", "");

    /// <summary>The server has the image read aside, once for as long as the file stays; here it is read and made anew each time.</summary>
    private static HostFacts AsServed(HostFacts facts) => facts.Boot is null ? facts : facts with { Boot = facts.Boot with { Images = [] } };
}
