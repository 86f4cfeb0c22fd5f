using CsCheck;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Tests.Facts.Vms;

/// <summary>Devices on command lines of QEMU, as managers and people write them.</summary>
public sealed class QemuDeviceArgumentsTests
{
    [Theory]
    [InlineData("vfio-pci,host=0000:01:00.0", "0000:01:00.0")]
    [InlineData("vfio-pci,host=01:00.0", "0000:01:00.0")]
    [InlineData("vfio-pci,host=1:0.1", "0000:01:00.1")]
    [InlineData("vfio-pci,host=0000:C1:1F.7", "0000:c1:1f.7")]
    [InlineData("vfio-pci,host=10000:e1:00.0,id=nvme", "10000:e1:00.0")]
    [InlineData("vfio-pci,host=0000:01:00.0,id=hostpci0.0,bus=ich9-pcie-port-1,addr=0x0.0,x-vga=on,multifunction=on,romfile=/usr/share/kvm/a.rom", "0000:01:00.0")]
    [InlineData("vfio-pci,id=gpu,multifunction=on,host=0000:01:00.0", "0000:01:00.0")]
    [InlineData("vfio-pci-nohotplug,ramfb=on,host=01:00.0", "0000:01:00.0")]
    [InlineData("driver=vfio-pci,host=01:00.0", "0000:01:00.0")]
    [InlineData("id=gpu,driver=vfio-pci,host=01:00.0", "0000:01:00.0")]
    [InlineData("host=01:00.0,driver=vfio-pci", "0000:01:00.0")]
    [InlineData("vfio-pci,romfile=/roms/a,,host=02:00.0,host=01:00.0", "0000:01:00.0")]
    [InlineData("vfio-pci,host=02:00.0,host=01:00.0", "0000:01:00.0")]
    [InlineData("vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:01:00.0", "0000:01:00.0")]
    [InlineData("vfio-pci,sysfsdev=/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/,id=x", "0000:01:00.0")]
    [InlineData("vfio-pci,host=02:00.0,sysfsdev=/sys/bus/pci/devices/0000:01:00.0", "0000:01:00.0")]
    [InlineData("""{"driver":"vfio-pci","host":"0000:01:00.0","id":"hostdev0","bus":"pci.5","addr":"0x0"}""", "0000:01:00.0")]
    [InlineData("""{ "id":"a", "host":"0000:01:00.0", "x":{"host":"0000:02:00.0"}, "y":[1,2], "rombar":0, "driver":"vfio-pci" }""", "0000:01:00.0")]
    [InlineData("""{"driver":"vfio-pci","sysfsdev":"\/sys\/bus\/pci\/devices\/0000:01:00.0"}""", "0000:01:00.0")]
    public void A_function_of_the_host_is_found(string device, string function)
    {
        Assert.Equal([function], Functions("-device", device));
        Assert.Equal([function], Functions("--device", device));
    }

    [Theory]
    [InlineData("virtio-net-pci,host=01:00.0")]
    [InlineData("vfio-pci")]
    [InlineData("vfio-pci,host")]
    [InlineData("vfio-pci,host=")]
    [InlineData("vfio-pci,host=01:00")]
    [InlineData("vfio-pci,host=01:00.8")]
    [InlineData("vfio-pci,host=01:20.0")]
    [InlineData("vfio-pci,host=101:00.0")]
    [InlineData("vfio-pci,host=01.00.0")]
    [InlineData("vfio-pci,host=01:00:0")]
    [InlineData("vfio-pci,host=0:0:01:00.0")]
    [InlineData("vfio-pci,host=-1:00.0")]
    [InlineData("vfio-pci,host= 01:00.0")]
    [InlineData("vfio-pci,,host=01:00.0")]
    [InlineData("vfio-pci,id=a,,host=01:00.0")]
    [InlineData("vfio-pci,sysfsdev=/sys/bus/mdev/devices/c0ffee00-1111-2222-3333-444455556666")]
    [InlineData("vfio-pci,host=01:00.0,sysfsdev=/sys/bus/pci/devices/0000:01:00.0/c0ffee00-1111-2222-3333-444455556666")]
    [InlineData("vfio-ap,sysfsdev=/sys/devices/vfio_ap/matrix/0000:01:00.0")]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("=")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"driver":"vfio-pci","host":"0000:01:00.0" """)]
    [InlineData("""{"driver":"vfio-pci","host":"0000:01:00.0"} x""")]
    [InlineData("""{"driver":"vfio-pci","host":1}""")]
    [InlineData("""{"driver":"vfio-pci","host":"\ud800"}""")]
    [InlineData("""{"driver":{"driver":"vfio-pci","host":"0000:01:00.0"}}""")]
    [InlineData("""["vfio-pci"]""")]
    public void Anything_else_is_none(string device) => Assert.Empty(Functions("-device", device));

    [Fact]
    public void All_are_found_in_their_order() => Assert.Equal(
        ["0000:01:00.0", "0000:01:00.1", "0000:41:00.0"],
        Functions("/usr/bin/kvm", "-id", "110", "-device", "pcie-root-port,id=p", "-device", "vfio-pci,host=0000:01:00.0", "-device", "vfio-pci,host=0000:01:00.1", "-m", "1", "-device", """{"driver":"vfio-pci","host":"0000:41:00.0"}"""));

    [Fact]
    public void Other_options_are_passed_over()
    {
        string[] line = ["-set", "device.hostpci0.host=01:00.0", "-readconfig", "vfio-pci,host=01:00.0", "-devices", "vfio-pci,host=01:00.0", "-device"];

        Assert.Empty(Functions(line));
        Assert.True(QemuDeviceArguments.NamesDevices(line));
        Assert.False(QemuDeviceArguments.NamesDevices(line[..^1]));
        Assert.False(QemuDeviceArguments.NamesDevices([]));
    }

    [Fact]
    public void Whatever_is_written_does_not_throw() => Gen.OneOf(
            Gen.String[Gen.Char["vfio-pc,host=01:.{}\"\\udriver/sy"], 0, 60],
            Gen.String[0, 60].Select(text => "{" + text),
            Gen.String[0, 60].Select(text => $"{{\"driver\":\"vfio-pci\",\"host\":\"{text}"))
        .Array[0, 5].Sample(devices =>
        {
            var functions = Functions([.. devices.SelectMany(device => new[] { "-device", device })]);
            Assert.True(functions.Length <= devices.Length);
        });

    [Fact]
    public void Every_function_comes_back_however_it_is_written() => Gen.Select(Gen.UInt[0, 0xfffff], Gen.Byte, Gen.Byte[0, 31], Gen.Byte[0, 7]).Sample((domain, bus, slot, function) =>
    {
        var address = new PciAddress(domain, bus, slot, function);
        Assert.Equal([$"{address}"], Functions("-device", $"vfio-pci,host={address}"));
        Assert.Equal([$"{address}"], Functions("-device", $"vfio-pci,sysfsdev=/sys/bus/pci/devices/{address},id=a"));
        Assert.Equal([$"{address}"], Functions("-device", $"{{\"driver\":\"vfio-pci\",\"host\":\"{address}\"}}"));
    });

    private static string[] Functions(params string[] line) => [.. QemuDeviceArguments.HostFunctions(line).Select(function => function.ToString())];
}
