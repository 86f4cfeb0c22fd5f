using Passthru.Tests.Hosts;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>Keyboards and framebuffers.</summary>
public sealed class ConsoleTests
{
    [Theory]
    [InlineData("sys/devices/platform/i8042/serio0/input/input3", "0011")]
    [InlineData("sys/devices/pci0000:00/0000:00:17.1/usb3/3-1/3-1:1.0/0003:1.0001/input/input3", "0003")]
    [InlineData("sys/devices/virtual/misc/uhid/0005:1.0001/input/input3", "0005")]
    public void With_another_keyboard_elsewhere_no_controller_is_needed(string other, string bus)
    {
        var lines = Used.Lines(UsedConsoles.Desktop, (files, _) => files.Input(other, bus: bus));

        Assert.DoesNotContain(lines, line => line.StartsWith("keyboard", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sys/devices/virtual/input/input3", "0003")]
    [InlineData("sys/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4.2/1-4.2:1.0/0003:1.0002/input/input9", "0003")]
    public void A_feigned_keyboard_and_a_second_one_on_the_same_controller_change_nothing(string other, string bus)
    {
        var lines = Used.Lines(UsedConsoles.Desktop, (files, _) => files.Input(other, bus: bus));

        Assert.Contains("keyboard: keyboard → 1-3 → 0000:00:14.0", lines);
    }

    [Fact]
    public void A_framebuffer_device_below_a_card_tells_where_it_is()
    {
        var lines = Used.Lines((files, host) =>
        {
            var device = $"{host.PathOf(UsedHost.SecondGpu)}/simple-framebuffer.0";
            files.Tree.Line($"{device}/modalias", "platform:simple-framebuffer").Link("sys/bus/platform/devices/simple-framebuffer.0", device);
        });

        Assert.Contains("boot_display: framebuffer → simple-framebuffer.0 → 0000:05:00.0", lines);
    }

    [Fact]
    public void Memory_beside_a_framebuffer_is_not_its_place()
    {
        var lines = Used.Lines((files, _) => files.Memory(1, UsedHost.SecondGpu).Memory(1, "BOOTFB").Memory(0, "efifb"));

        Assert.DoesNotContain(lines, line => line.Contains("framebuffer", StringComparison.Ordinal));
    }
}
