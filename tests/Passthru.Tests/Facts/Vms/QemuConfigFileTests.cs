using Passthru.Facts.Vms.Qemu;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

public sealed class QemuConfigFileTests
{
    private const string Text = """
        # made by hand
        [name]
          guest = "files"

        [device "gpu"]
          driver = "vfio-pci"
          host = "0000:01:00.0"
          x-vga = "on"

        [device]
        driver="vfio-pci"
        sysfsdev="/sys/bus/pci/devices/0000:02:00.1"

        [device "net"]
          driver = "virtio-net-pci"
          host = "0000:03:00.0"

        [object "key"]
          data = "secret"
        [machine]
          type = "q35"
        """;

    [Fact]
    public void It_names_the_VM_its_machine_and_the_functions_of_the_host()
    {
        var file = QemuConfigFile.Parse(Text);
        Assert.Equal("files", file.VmName);
        Assert.Equal("q35", file.Machine);
        Assert.Equal([("gpu", Some.Address("0000:01:00.0")), (null, Some.Address("0000:02:00.1"))], file.HostFunctions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[name\nguest = x")]
    [InlineData("guest = \"x\"")]
    [InlineData("[name]\nguest")]
    [InlineData("[]\n= \"x\"")]
    public void What_is_no_such_file_says_nothing(string text)
    {
        var file = QemuConfigFile.Parse(text);
        Assert.Null(file.VmName);
        Assert.Empty(file.HostFunctions);
    }

    [Fact]
    public void A_capture_keeps_what_is_understood_and_no_more()
    {
        var kept = QemuConfigFile.Parse(Text).Bare(null);
        Assert.DoesNotContain("secret", kept, StringComparison.Ordinal);
        Assert.Equal(kept, QemuConfigFile.Parse(kept).Bare(null));
        Assert.Equal(QemuConfigFile.Parse(Text).HostFunctions.Select(one => one.Function), QemuConfigFile.Parse(kept).HostFunctions.Select(one => one.Function));
        Assert.DoesNotContain("files", QemuConfigFile.Parse(Text).Bare(new()), StringComparison.Ordinal);
    }
}
