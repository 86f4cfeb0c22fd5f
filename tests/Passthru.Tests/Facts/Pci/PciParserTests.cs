using CsCheck;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;

namespace Passthru.Tests.Facts.Pci;

public sealed class PciParserTests
{
    [Theory]
    [InlineData("2.5 GT/s PCIe", 2.5e9)]
    [InlineData("8.0 GT/s PCIe", 8e9)]
    [InlineData("16.0 GT/s PCIe", 16e9)]
    [InlineData("64.0 GT/s PCIe", 64e9)]
    [InlineData("5.0 GT/s", 5e9)]
    [InlineData("Unknown", double.NaN)]
    [InlineData("Unknown speed", double.NaN)]
    public void Link_speeds_are_transfers_per_second(string text, double transfers)
    {
        Assert.True(LinkFacts.TryParseSpeed(text, out var speed));
        Assert.Equal(transfers, speed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("WOKEN")]
    [InlineData("8.0")]
    [InlineData("-8.0 GT/s PCIe")]
    [InlineData("NaN GT/s PCIe")]
    public void Other_texts_are_no_speed(string text) => Assert.False(LinkFacts.TryParseSpeed(text, out _));

    [Theory]
    [InlineData("16", 16)]
    [InlineData("0", 0)]
    [InlineData("63", -1)]
    [InlineData("255", -1)]
    public void Link_widths_of_registers_that_read_all_ones_are_unknown(string text, int lanes)
    {
        Assert.True(LinkFacts.TryParseWidth(text, out var width));
        Assert.Equal(lanes, width);
    }

    [Fact]
    public void An_aer_file_ends_with_its_total()
    {
        Assert.True(AerCounters.TryParseTotal("RxErr 3\nBadTLP 4\nTOTAL_ERR_COR 7", out var total));
        Assert.Equal(7UL, total);
        Assert.True(AerCounters.TryParseTotal("TOTAL_ERR_FATAL 18446744073709551615", out total));
        Assert.Equal(ulong.MaxValue, total);
    }

    [Theory]
    [InlineData("")]
    [InlineData("RxErr 3")]
    [InlineData("TOTAL_ERR_COR")]
    [InlineData("TOTAL_ERR_COR x")]
    [InlineData("TOTAL_ERR_COR -1")]
    public void An_aer_file_without_total_is_not_understood(string text) => Assert.False(AerCounters.TryParseTotal(text, out _));

    [Theory]
    [InlineData("0x00000000fee00000 0x00000000feefffff msi", 0xfee00000, 0xfeefffff, false)]
    [InlineData("0x000000007b800000 0x000000007fffffff direct", 0x7b800000, 0x7fffffff, true)]
    [InlineData("0x000000007b800000 0x000000007fffffff direct-relaxable", 0x7b800000, 0x7fffffff, false)]
    [InlineData("0x000000fd00000000 0x000000ffffffffff reserved", 0xfd00000000, 0xffffffffff, false)]
    public void Reserved_regions_tell_what_firmware_insists_on(string line, ulong start, ulong end, bool direct)
    {
        Assert.True(ReservedRegion.TryParse(line, out var region));
        Assert.Equal((start, end, direct), (region.Start, region.End, region.IsDirect));
    }

    [Theory]
    [InlineData("")]
    [InlineData("direct")]
    [InlineData("0x0 direct")]
    [InlineData("0x0 0x1 direct more")]
    [InlineData("0 1 direct")]
    [InlineData("0x0 0xz direct")]
    public void Other_lines_are_no_region(string line) => Assert.False(ReservedRegion.TryParse(line, out _));

    [Fact]
    public void No_text_makes_a_parser_throw() => Gen.String.Sample(text =>
    {
        _ = LinkFacts.TryParseSpeed(text, out _);
        _ = LinkFacts.TryParseWidth(text, out _);
        _ = AerCounters.TryParseTotal(text, out _);
        _ = ReservedRegion.TryParse(text, out _);
        _ = PciClass.TryParse(text, out _);
        _ = PciPath.FromLink(text);
    });

    [Theory]
    [InlineData("vfio-pci", true)]
    [InlineData("vfio_pci", true)]
    [InlineData("mlx5_vfio_pci", true)]
    [InlineData("hisi_acc_vfio_pci", true)]
    [InlineData("nvgrace_gpu_vfio_pci", true)]
    [InlineData("xe-vfio-pci", true)]
    [InlineData("nvme", false)]
    [InlineData("pci-stub", false)]
    [InlineData("vfio-platform", false)]
    public void Vfio_drivers_are_known_by_name_with_dashes_and_underscores_equal(string name, bool isVfio) => Assert.Equal(isVfio, PciDriver.IsVfioName(name));

    [Theory]
    [InlineData("pci-stub", true)]
    [InlineData("pci_stub", true)]
    [InlineData("pci-pf-stub", true)]
    [InlineData("pciback", true)]
    [InlineData("uio_pci_generic", true)]
    [InlineData("igb_uio", true)]
    [InlineData("igb", false)]
    public void Stubs_hold_a_device_without_vfio(string name, bool isStub) => Assert.Equal(isStub, new PciDriver(name, IsVfio: false).IsStub);
}
