using CsCheck;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot;

/// <summary>Entries of <c>ids=</c> and the functions they mean.</summary>
public sealed class PciMatchTests
{
    [Theory]
    [InlineData("10de:1b81", 0x10deu, 0x1b81u, null, null, 0u, 0u)]
    [InlineData("10DE:1B81", 0x10deu, 0x1b81u, null, null, 0u, 0u)]
    [InlineData(" 0x10de:0x1b81", 0x10deu, 0x1b81u, null, null, 0u, 0u)]
    [InlineData("10de:1b81:1458:3701", 0x10deu, 0x1b81u, 0x1458u, 0x3701u, 0u, 0u)]
    [InlineData("10de:1b81:1458", 0x10deu, 0x1b81u, 0x1458u, null, 0u, 0u)]
    [InlineData("10de:ffffffff:ffffffff:ffffffff:030000:ffff00", 0x10deu, null, null, null, 0x030000u, 0xffff00u)]
    [InlineData("ffffffff:ffffffff", null, null, null, null, 0u, 0u)]
    [InlineData("8086:1521 # network", 0x8086u, 0x1521u, null, null, 0u, 0u)]
    [InlineData("8086:1521:1:2:3:4:5", 0x8086u, 0x1521u, 1u, 2u, 3u, 4u)]
    [InlineData("8086:1521:", 0x8086u, 0x1521u, null, null, 0u, 0u)]
    [InlineData("8086:1521::", 0x8086u, 0x1521u, null, null, 0u, 0u)]
    [InlineData("8086:152g", 0x8086u, 0x152u, null, null, 0u, 0u)]
    public void An_entry_is_scanned_as_the_kernel_scans_it(
        string entry, uint? vendor, uint? device, uint? subvendor, uint? subdevice, uint classCode, uint mask)
    {
        Assert.True(PciMatch.TryParse(entry, out var match));
        Assert.Equal(new PciMatch(vendor, device, subvendor, subdevice, classCode, mask), match);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10de")]
    [InlineData("10de:")]
    [InlineData(":1b81")]
    [InlineData("10de 1b81")]
    [InlineData("nvidia:gpu")]
    [InlineData("10de,1b81")]
    public void What_has_fewer_than_two_fields_is_none(string entry) => Assert.False(PciMatch.TryParse(entry, out _));

    [Fact]
    public void An_address_instead_of_ids_is_an_entry_that_fits_nothing()
    {
        Assert.True(PciMatch.TryParse("0000:01:00.0", out var match));
        Assert.False(match.Matches(Some.Function()));
    }

    [Theory]
    [InlineData("10de:1b81", true)]
    [InlineData("10de:1b82", false)]
    [InlineData("10de:ffffffff", true)]
    [InlineData("10de:ffff", false)]
    [InlineData("10de:1b81:1458", null)]
    [InlineData("10de:1b82:1458", false)]
    [InlineData("ffffffff:ffffffff:ffffffff:ffffffff:030000:ff0000", true)]
    [InlineData("ffffffff:ffffffff:ffffffff:ffffffff:040300:ffffff", false)]
    [InlineData("ffffffff:ffffffff:ffffffff:ffffffff:040300:0", true)]
    public void A_function_fits_or_not_or_that_cannot_be_told(string entry, bool? expected)
    {
        Assert.True(PciMatch.TryParse(entry, out var match));
        Assert.Equal(expected, match.Matches(Some.Function() with { Subsystem = null }));
    }

    [Fact]
    public void A_subsystem_decides()
    {
        var function = Some.Function() with { Subsystem = new PciId(0x1458, 0x3701) };

        Assert.True(PciMatch.ParseList("10de:1b81:1458:3701").Single().Matches(function));
        Assert.False(PciMatch.ParseList("10de:1b81:1458:3702").Single().Matches(function));
    }

    [Fact]
    public void A_function_that_tells_nothing_leaves_it_open() =>
        Assert.Null(PciMatch.ParseList("10de:1b81").Single().Matches(Some.Function() with { Vendor = null, Device = null, Class = null }));

    [Fact]
    public void Random_text_never_throws() => Gen.String[Gen.Char["0123456789abcdefABCDEF:, xg"], 0, 80].Sample(
        text => Assert.True(PciMatch.ParseList(text).Length <= text.Count(c => c == ':')),
        iter: 5000,
        threads: 1);
}
