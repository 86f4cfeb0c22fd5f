using Passthru.Facts.Pci;

namespace Passthru.Tests.Facts.Pci;

public sealed class PciClassTests
{
    [Theory]
    [InlineData("0x030000", DeviceKind.Gpu)]
    [InlineData("0x030200", DeviceKind.Gpu)]
    [InlineData("0x038000", DeviceKind.Gpu)]
    [InlineData("0x000100", DeviceKind.Gpu)]
    [InlineData("0x040300", DeviceKind.Audio)]
    [InlineData("0x040100", DeviceKind.Audio)]
    [InlineData("0x040000", DeviceKind.Other)]
    [InlineData("0x020000", DeviceKind.Network)]
    [InlineData("0x028000", DeviceKind.Network)]
    [InlineData("0x020700", DeviceKind.Network)]
    [InlineData("0x010802", DeviceKind.Nvme)]
    [InlineData("0x010601", DeviceKind.Storage)]
    [InlineData("0x010700", DeviceKind.Storage)]
    [InlineData("0x0c0330", DeviceKind.Usb)]
    [InlineData("0x0c0500", DeviceKind.Other)]
    [InlineData("0x120000", DeviceKind.Accelerator)]
    [InlineData("0x0b4000", DeviceKind.Accelerator)]
    [InlineData("0x060400", DeviceKind.Other)]
    [InlineData("0xff0000", DeviceKind.Other)]
    public void A_class_says_what_an_operator_would_call_the_device(string text, DeviceKind kind)
    {
        Assert.True(PciClass.TryParse(text, out var code));
        Assert.Equal(kind, code.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x1000000")]
    [InlineData("garbage")]
    [InlineData("-1")]
    public void Anything_else_is_no_class(string text) => Assert.False(PciClass.TryParse(text, out _));
}
