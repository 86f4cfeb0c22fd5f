using Passthru.Facts.Platform;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Platform;

public sealed class PlatformReaderTests
{
    private const string IntelCpu = "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vmx ssse3\n";

    [Theory]
    [InlineData("IR-PCI-MSIX-0000:01:00.0", true)]
    [InlineData("IR-IO-APIC", true)]
    [InlineData("PCI-MSI-0000:01:00.0", false)]
    [InlineData("DMAR-MSI", false)]
    public void Remapping_is_on_when_any_chip_says_so(string chip, bool remapped)
    {
        var files = new FakeTree().With("proc/cpuinfo", IntelCpu)
            .With("sys/kernel/irq/0/chip_name", "DMAR-MSI").With("sys/kernel/irq/1/chip_name", "").With("sys/kernel/irq/9/chip_name", chip);
        Assert.Equal(remapped, Read(files).InterruptRemapping);
    }

    [Theory]
    [InlineData("            CPU0\n  0:   22  IR-IO-APIC    2-edge      timer\n", true)]
    [InlineData("            CPU0\n  0:   22     IO-APIC    2-edge      timer\nNMI:  0  Non-maskable interrupts\n", false)]
    [InlineData("            CPU0\nNMI:  0  IR-something\n", null)]
    public void Without_chips_in_sysfs_the_table_in_procfs_tells(string interrupts, bool? remapped) =>
        Assert.Equal(remapped, Read(new FakeTree().With("proc/cpuinfo", IntelCpu).With("proc/interrupts", interrupts)).InterruptRemapping);

    [Fact]
    public void On_another_architecture_nothing_is_said_of_remapping()
    {
        var facts = Read(new FakeTree().With("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\n").With("sys/kernel/irq/1/chip_name", "GICv3"));
        Assert.Null(facts.InterruptRemapping);
        Assert.Null(facts.VirtualizationExtensions);
    }

    [Fact]
    public void Only_tables_that_announce_an_iommu_count()
    {
        var facts = Read(new FakeTree().With("sys/firmware/acpi/tables/DMAR", "").With("sys/firmware/acpi/tables/MCFG", ""));
        Assert.Equal(["DMAR"], facts.FirmwareTables!);
    }

    [Fact]
    public void Firmware_without_acpi_announces_nothing_and_firmware_that_is_not_shown_is_unknown()
    {
        Assert.Empty(Read(new FakeTree().WithDirectory("sys/firmware/devicetree")).FirmwareTables!);
        Assert.Null(Read(new FakeTree().WithDirectory("sys/bus")).FirmwareTables);
        Assert.Null(Read(new FakeTree().Refusing("sys/firmware/acpi/tables", Errno.AccessDenied)).FirmwareTables);
    }

    [Theory]
    [InlineData("flags : fpu svm vmx", "svm vmx")]
    [InlineData("flags : fpu", "")]
    public void Extensions_are_those_of_the_flags(string line, string extensions) =>
        Assert.Equal(extensions, string.Join(' ', Read(new FakeTree().With("proc/cpuinfo", line)).VirtualizationExtensions!.Value));

    private static PlatformFacts Read(FakeTree files) => PlatformReader.Read(new HostReader(files, ReadAttempt.Unlimited), interruptRemapping: null);
}
