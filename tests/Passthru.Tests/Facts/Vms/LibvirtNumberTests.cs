using CsCheck;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms.Libvirt;

namespace Passthru.Tests.Facts.Vms;

public sealed class LibvirtNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0x0", 0)]
    [InlineData("0x1f", 31)]
    [InlineData("0X1F", 31)]
    [InlineData("31", 31)]
    [InlineData("037", 31)]
    [InlineData("00", 0)]
    [InlineData(" 7", 7)]
    [InlineData("0xffffffff", uint.MaxValue)]
    [InlineData("037777777777", uint.MaxValue)]
    [InlineData("4294967295", uint.MaxValue)]
    public void Numbers_have_the_base_of_their_prefix(string text, uint value)
    {
        Assert.True(CNumber.TryParse(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("0x")]
    [InlineData("0x 1")]
    [InlineData("1f")]
    [InlineData("08")]
    [InlineData("-1")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData("0x100000000")]
    [InlineData("040000000000")]
    [InlineData("0777777777777777777777777777777777777777")]
    [InlineData("4294967296")]
    public void What_strtoul_would_not_read_to_its_end_is_none(string text) => Assert.False(CNumber.TryParse(text, out _));

    [Fact]
    public void Every_number_is_read_back_in_every_base() =>
        Gen.UInt.Sample(number => new[] { $"{number}", $"0x{number:x}", "0" + Convert.ToString(number, 8) }.All(text => CNumber.TryParse(text, out var read) && read == number));

    [Theory]
    [InlineData("domain='0x0000' bus='0x01' slot='0x00' function='0x0'", "0000:01:00.0")]
    [InlineData("domain='0' bus='1' slot='31' function='7'", "0000:01:1f.7")]
    [InlineData("domain='0x10000' bus='0xe1' slot='0x00' function='0x0'", "10000:e1:00.0")]
    [InlineData("domain='0x0000' bus='010' slot='010' function='01'", "0000:08:08.1")]
    [InlineData("type='pci' bus='0x03' slot='0x07' function='0x1'", "0000:03:07.1")]
    [InlineData("bus='0x03' slot='0x07'", "0000:03:07.0")]
    [InlineData("domain='0x0000' bus='0x06' slot='0x12' function='0x5' multifunction='on'", "0000:06:12.5")]
    public void An_address_is_a_function(string attributes, string function) => Assert.Equal(function, Address(attributes)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("domain='0x0000'")]
    [InlineData("domain='0x0000' bus='0x01' function='0x0'")]
    [InlineData("domain='' bus='0x01' slot='0x00' function='0x0'")]
    [InlineData("domain='0x0000' bus='0x100' slot='0x00' function='0x0'")]
    [InlineData("domain='0x0000' bus='0x01' slot='0x20' function='0x0'")]
    [InlineData("domain='0x0000' bus='0x01' slot='0x00' function='8'")]
    [InlineData("domain='0x0000' bus='a1' slot='0x00' function='0x0'")]
    [InlineData("domain='0x100000000' bus='0x01' slot='0x00' function='0x0'")]
    [InlineData("type='usb' bus='1' slot='2'")]
    [InlineData("type='unassigned'")]
    [InlineData("uuid='53764d0e-85a0-42b4-af5c-2046b460b1dc'")]
    public void What_is_left_open_is_none(string attributes) => Assert.Null(Address(attributes));

    [Theory]
    [InlineData("<m>1</m>", 1024)]
    [InlineData("<m unit='b'>7</m>", 7)]
    [InlineData("<m unit='bytes'>7</m>", 7)]
    [InlineData("<m unit='KB'>7</m>", 7000)]
    [InlineData("<m unit='k'>7</m>", 7168)]
    [InlineData("<m unit='KiB'> 8 </m>", 8192)]
    [InlineData("<m unit='mib'>1</m>", 1048576)]
    [InlineData("<m unit='MB'>1</m>", 1000000)]
    [InlineData("<m unit='GiB'>16</m>", 17179869184)]
    [InlineData("<m unit='T'>1</m>", 1099511627776)]
    [InlineData("<m unit='PB'>1</m>", 1000000000000000)]
    [InlineData("<m unit='EiB'>1</m>", 1152921504606846976)]
    public void Memory_has_a_unit(string element, long bytes) => Assert.Equal((UInt128)bytes, MemorySize.Parse(Element(element)));

    [Theory]
    [InlineData("<m/>")]
    [InlineData("<m>many</m>")]
    [InlineData("<m>-1</m>")]
    [InlineData("<m>1.5</m>")]
    [InlineData("<m unit='pages'>1</m>")]
    [InlineData("<m unit='x'>1</m>")]
    [InlineData("<m unit=''>1</m>")]
    public void Memory_of_another_kind_is_unknown(string element) => Assert.Null(MemorySize.Parse(Element(element)));

    private static Element Element(string text) => XmlTree.TryParse(text, out var root, out _) ? root : throw new FormatException(text);

    private static PciAddress? Address(string attributes) => SourceAddress.TryParse(Element($"<address {attributes}/>"), out var function) ? function : null;
}
