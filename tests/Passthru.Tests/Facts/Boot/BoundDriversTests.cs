using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot;

/// <summary>Built-in drivers that no list tells of, by what they have.</summary>
public sealed class BoundDriversTests
{
    [Theory]
    [InlineData("sys/bus/pci/drivers/serial/uevent", true)]
    [InlineData("sys/bus/pci/drivers/serial/bind", false)]
    [InlineData("sys/bus/pci/drivers/serial/uevent sys/bus/pci/drivers/serial/module>sys/module/own_serial sys/module/own_serial/initstate", false)]
    [InlineData("sys/bus/pci/drivers/serial/uevent sys/bus/pci/drivers/serial/module>sys/module/own_serial sys/module/own_serial/parameters/x", true)]
    [InlineData("sys/bus/pci/drivers/serial/uevent sys/bus/pci/drivers/serial/module>sys/module/own_serial", false)]
    public void A_driver_without_a_module_is_built_in(string files, bool builtIn)
    {
        var tree = new FakeTree();
        foreach (var file in files.Split(' ').Select(file => file.Split('>')))
        {
            _ = file.Length > 1 ? tree.WithLink(file[0], $"../../../../module/{file[1][(file[1].LastIndexOf('/') + 1)..]}") : tree.With(file[0], "");
        }

        var function = Some.Function() with { Driver = new PciDriver("serial", false), HeaderType = 0 };
        var drivers = BoundDrivers.Add(new HostReader(tree, ReadAttempt.Unlimited), new KernelDrivers { Release = "6.1", AllComplete = true }, [function]);

        Assert.Equal(builtIn, drivers.Of(function.Address).Any(driver => driver.BuiltIn is not null));
    }
}
