using System.Collections.Immutable;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Findings;
using Passthru.Findings.Values;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings;

public sealed class DiagnosisTests
{
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, false)]
    [InlineData(0, 0, false)]
    [InlineData(0, null, false)]
    [InlineData(null, 0, false)]
    [InlineData(null, 1, null)]
    [InlineData(1, null, null)]
    [InlineData(null, null, null)]
    public void An_iommu_runs_when_there_are_units_and_groups(int? units, int? groups, bool? enabled)
    {
        var facts = Some.Facts() with
        {
            Iommu = new IommuFacts
            {
                Units = units is { } n ? [.. Enumerable.Repeat(new IommuUnit("dmar0", IommuKind.Intel), n)] : null,
                Groups = groups is { } m ? [.. Enumerable.Repeat(Some.Group("0"), m)] : null,
            },
        };
        Assert.Equal(enabled, Diagnosis.Assess(facts).IommuEnabled);
    }

    [Theory]
    [InlineData("pcie_acs_override=downstream", true, true, true, true)]
    [InlineData("pcie_acs_override=downstream", false, true, false, false)]
    [InlineData("pcie_acs_override=downstream", null, true, null, null)]
    [InlineData("pcie_acs_override=nonsense", true, true, true, false)]
    [InlineData("pcie_acs_override=nonsense", null, true, null, false)]
    [InlineData("quiet", true, false, true, false)]
    [InlineData("quiet", null, false, null, false)]
    [InlineData(null, true, null, true, null)]
    [InlineData(null, false, null, false, false)]
    public void An_override_is_in_force_when_it_is_requested_and_supported(string? line, bool? carries, bool? requested, bool? supported, bool? active)
    {
        var acs = Diagnosis.Assess(Some.Facts().WithKernel(commandLine: line, carriesAcsOverride: carries)).AcsOverride;
        Assert.Equal((requested, supported, active), (acs.Requested, acs.Supported, acs.Active));
    }

    [Fact]
    public void Without_its_collector_nothing_is_said_of_a_section()
    {
        var report = Diagnosis.Assess(Some.Facts() with { Pci = null });
        Assert.Null(report.Devices);
        Assert.Null(report.Groups);
        Assert.Null(report.IommuEnabled);
        Assert.Null(report.AcsOverride.Requested);
    }

    [Theory]
    [InlineData(null, false, Owner.None)]
    [InlineData("vfio-pci", true, Owner.Vfio)]
    [InlineData("nvidia", true, Owner.Vfio)]
    [InlineData("pci-stub", false, Owner.Stub)]
    [InlineData("nvme", false, Owner.Host)]
    public void A_driver_says_whose_the_device_is(string? driver, bool isVfio, Owner owner)
    {
        var function = Some.Function() with { Driver = driver is null ? null : new PciDriver(driver, isVfio) };
        Assert.Equal(owner, Assert.Single(Diagnosis.Assess(Some.Facts(function)).Devices!.Value).Owner);
    }

    [Fact]
    public void Bridges_are_no_devices_and_count_in_groups()
    {
        var bridge = Some.Function("0000:00:01.0") with { HeaderType = 1, Class = new PciClass(0x060400) };
        var report = Diagnosis.Assess(Some.Facts(bridge, Some.Function()).WithGroups(Some.Group("3", "0000:00:01.0", "0000:01:00.0")));
        Assert.Equal("0000:01:00.0", Assert.Single(report.Devices!.Value).Function.Address.ToString());
        var group = Assert.Single(report.Groups!.Value);
        Assert.Equal((2, 1, true), (group.Devices, group.Endpoints, group.IsCandidate));
    }

    [Fact]
    public void A_member_that_cannot_be_told_from_a_bridge_leaves_the_endpoints_open()
    {
        var odd = Some.Function("0000:01:00.1") with { HeaderType = null };
        var group = Assert.Single(Diagnosis.Assess(Some.Facts(odd, Some.Function()).WithGroups(Some.Group("3", "0000:01:00.0", "0000:01:00.1"))).Groups!.Value);
        Assert.Equal(2, group.Devices);
        Assert.Null(group.Endpoints);
    }

    [Fact]
    public void Only_direct_regions_keep_a_group_from_vfio()
    {
        ImmutableArray<ReservedRegion> regions = [new(0, 1, "direct"), new(2, 3, "direct-relaxable"), new(4, 5, "msi")];
        var groups = Diagnosis.Assess(Some.Facts().WithGroups(Some.Group("1") with { ReservedRegions = regions }, Some.Group("2") with { ReservedRegions = null })).Groups;
        Assert.Equal([1, null], groups!.Value.Select(group => group.DirectRegions));
    }

    [Fact]
    public void The_order_in_which_functions_were_read_does_not_matter()
    {
        PciFunction[] functions = [Some.Function("0000:03:00.0"), Some.Function("0000:01:00.0"), Some.Function("10000:01:00.0")];
        string[] Order(IEnumerable<PciFunction> facts) => [.. Diagnosis.Assess(Some.Facts([.. facts])).Devices!.Value.Select(device => device.Function.Address.ToString())];
        Assert.Equal(["0000:01:00.0", "0000:03:00.0", "10000:01:00.0"], Order(functions));
        Assert.Equal(Order(functions), Order(functions.Reverse()));
    }
}
