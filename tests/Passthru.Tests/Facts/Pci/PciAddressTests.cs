using CsCheck;
using Passthru.Facts.Pci;

namespace Passthru.Tests.Facts.Pci;

public sealed class PciAddressTests
{
    private static readonly Gen<PciAddress> Any =
        Gen.Select(Gen.UInt, Gen.Byte, Gen.Byte[0, 31], Gen.Byte[0, 7], (domain, bus, device, function) => new PciAddress(domain, bus, device, function));

    [Fact]
    public void Its_text_is_understood_again() => Any.Sample(address =>
        PciAddress.TryParse(address.ToString(), out var parsed) && parsed == address);

    [Theory]
    [InlineData("0000:01:00.0", 0, 1, 0, 0)]
    [InlineData("0000:ff:1f.7", 0, 0xff, 0x1f, 7)]
    [InlineData("10000:e1:00.0", 0x10000, 0xe1, 0, 0)]
    [InlineData("ffffffff:00:00.0", 0xffffffff, 0, 0, 0)]
    public void The_kernels_form_is_understood(string text, uint domain, byte bus, byte device, byte function)
    {
        Assert.True(PciAddress.TryParse(text, out var address));
        Assert.Equal(new PciAddress(domain, bus, device, function), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("01:00.0")]
    [InlineData("000:01:00.0")]
    [InlineData("0000:01:00.8")]
    [InlineData("0000:01:20.0")]
    [InlineData("0000:01:00:0")]
    [InlineData("0000:0g:00.0")]
    [InlineData("0000:0A:00.0")]
    [InlineData("0000:01:00.0 ")]
    [InlineData("+000:01:00.0")]
    [InlineData("100000000:01:00.0")]
    [InlineData("pci0000:00")]
    public void Anything_else_is_not(string text) => Assert.False(PciAddress.TryParse(text, out _));

    [Fact]
    public void No_text_throws() => Gen.String.Sample(text => PciAddress.TryParse(text, out _) || true);
}
