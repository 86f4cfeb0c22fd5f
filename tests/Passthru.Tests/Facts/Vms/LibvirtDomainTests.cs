using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;

namespace Passthru.Tests.Facts.Vms;

public sealed class LibvirtDomainTests
{
    private const string Osinfo = "<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='ID'/></libosinfo:libosinfo></metadata>";

    [Theory]
    [InlineData("pc-q35-9.0", Chipset.Q35)]
    [InlineData("q35", Chipset.Q35)]
    [InlineData("pc-q35-rhel9.4.0", Chipset.Q35)]
    [InlineData("pc-q35-noble-hpb", Chipset.Q35)]
    [InlineData("pc", Chipset.I440fx)]
    [InlineData("pc-i440fx-2.10", Chipset.I440fx)]
    [InlineData("pc-1.0", Chipset.I440fx)]
    [InlineData("rhel6.5.0", Chipset.I440fx)]
    [InlineData("microvm", Chipset.Other)]
    [InlineData("isapc", Chipset.Other)]
    [InlineData("virt-8.2", Chipset.Other)]
    [InlineData("pseries-rhel7.6.0", Chipset.Other)]
    [InlineData("s390-ccw-virtio", Chipset.Other)]
    [InlineData("", Chipset.Unknown)]
    public void The_machine_type_stands_for_a_chipset(string machine, Chipset chipset)
    {
        var vm = Vm($"<os><type arch='x86_64' machine='{machine}'>hvm</type></os>");
        Assert.Equal(chipset, vm.Chipset);
        Assert.Equal(machine, vm.Machine);
    }

    [Theory]
    [InlineData("<os firmware='efi'><type arch='x86_64'>hvm</type></os>", VmFirmware.Uefi)]
    [InlineData("<os firmware='bios'><type arch='x86_64'>hvm</type></os>", VmFirmware.Bios)]
    [InlineData("<os firmware='efi'><type arch='aarch64'>hvm</type></os>", VmFirmware.Uefi)]
    [InlineData("<os><type arch='x86_64'>hvm</type><loader readonly='yes' type='pflash'>/opt/fw/code.fd</loader></os>", VmFirmware.Uefi)]
    [InlineData("<os><type arch='x86_64'>hvm</type><loader type='rom'>/usr/share/ovmf/ovmf_x64.bin</loader></os>", VmFirmware.Uefi)]
    [InlineData("<os><type arch='x86_64'>hvm</type><loader>/usr/share/OVMF/OVMF.fd</loader></os>", VmFirmware.Uefi)]
    [InlineData("<os><type arch='x86_64'>hvm</type><loader>/usr/share/edk2/x64/code.fd</loader></os>", VmFirmware.Uefi)]
    [InlineData("<os><type arch='aarch64'>hvm</type><loader>/usr/share/AAVMF/AAVMF_CODE.fd</loader></os>", VmFirmware.Uefi)]
    [InlineData("<os><type arch='x86_64'>hvm</type><loader type='rom'>/usr/share/seabios/bios.bin</loader></os>", VmFirmware.Bios)]
    [InlineData("<os><type arch='x86_64'>hvm</type></os>", VmFirmware.Bios)]
    [InlineData("<os><type arch='i686'>hvm</type><boot dev='hd'/></os>", VmFirmware.Bios)]
    [InlineData("<os><type>hvm</type></os>", VmFirmware.Bios)]
    [InlineData("<os><type arch='aarch64' machine='virt'>hvm</type></os>", null)]
    [InlineData("<os><type arch='s390x'>hvm</type></os>", null)]
    [InlineData("<os><type arch='ppc64le'>hvm</type></os>", null)]
    public void The_firmware_is_asked_for_or_named_or_the_machines_own(string os, VmFirmware? firmware) => Assert.Equal(firmware, Vm(os).Firmware);

    [Theory]
    [InlineData("http://microsoft.com/win/11", "win11", true)]
    [InlineData("http://microsoft.com/win/2k22", "win2k22", true)]
    [InlineData("http://microsoft.com/win/8.1", "win8.1", true)]
    [InlineData("http://microsoft.com/winnt/4.0", "winnt4.0", true)]
    [InlineData("http://microsoft.com/msdos/6.22", "msdos6.22", false)]
    [InlineData("http://ubuntu.com/ubuntu/24.04", "ubuntu24.04", false)]
    [InlineData("http://fedoraproject.org/fedora/41", "fedora41", false)]
    [InlineData("http://libosinfo.org/linux/2022", "linux2022", false)]
    [InlineData("http://winlinux.org/windows-like/1", "windows-like1", false)]
    [InlineData("unknown", "unknown", false)]
    [InlineData("", null, false)]
    public void The_operating_system_is_what_libosinfo_calls_it(string id, string? system, bool windows)
    {
        var vm = Vm(Osinfo.Replace("ID", id, StringComparison.Ordinal));
        Assert.Equal(system, vm.OperatingSystem);
        Assert.Equal(windows, vm.IsWindows);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<features><hyperv><relaxed state='on'/><vendor_id state='on' value='x'/></hyperv></features>")]
    [InlineData("<metadata><os id='http://microsoft.com/win/11'/></metadata>")]
    [InlineData("<metadata><o:libosinfo xmlns:o='http://example.org/'><o:os id='http://microsoft.com/win/11'/></o:libosinfo></metadata>")]
    public void Nothing_else_tells_the_operating_system(string rest)
    {
        Assert.Null(Vm(rest).OperatingSystem);
        Assert.Null(Vm(rest).IsWindows);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("<video><model type='none'/></video>", false)]
    [InlineData("<video><model type='qxl' ram='65536'/></video>", true)]
    [InlineData("<video><model type='virtio'/></video>", true)]
    [InlineData("<video/>", true)]
    [InlineData("<video><model type='none'/></video><video><model type='vga'/></video>", true)]
    [InlineData("<graphics type='spice'/>", false)]
    public void A_display_of_its_own_is_a_video_device(string devices, bool display) =>
        Assert.Equal(display, Vm("", devices).HasVirtualDisplay);

    [Theory]
    [InlineData("<memory unit='KiB'>8388608</memory><currentMemory unit='KiB'>8388608</currentMemory>", "", false)]
    [InlineData("<memory unit='KiB'>8388608</memory><currentMemory unit='KiB'>4194304</currentMemory>", "", true)]
    [InlineData("<memory unit='GiB'>8</memory><currentMemory unit='KiB'>8388608</currentMemory>", "", false)]
    [InlineData("<memory unit='GiB'>8</memory><currentMemory unit='GB'>8</currentMemory>", "", true)]
    [InlineData("<memory>8388608</memory><currentMemory>4194304</currentMemory>", "<memballoon model='virtio'/>", true)]
    [InlineData("<memory>8388608</memory><currentMemory>4194304</currentMemory>", "<memballoon model='none'/>", false)]
    [InlineData("<memory>8388608</memory>", "<memballoon model='virtio'/>", false)]
    [InlineData("<memory>8388608</memory><currentMemory>some</currentMemory>", "", false)]
    [InlineData("<currentMemory>4194304</currentMemory>", "", null)]
    [InlineData("", "", null)]
    public void It_balloons_when_it_is_to_have_less_than_it_may(string memory, string devices, bool? balloons) =>
        Assert.Equal(balloons, Vm(memory, devices).Balloons);

    [Theory]
    [InlineData("", true)]
    [InlineData("<memoryBacking/>", true)]
    [InlineData("<memoryBacking><locked/></memoryBacking>", true)]
    [InlineData("<memoryBacking><nosharepages/></memoryBacking>", false)]
    [InlineData("<memoryBacking><hugepages/></memoryBacking>", false)]
    [InlineData("<memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages><locked/></memoryBacking>", false)]
    public void Pages_are_shared_unless_told_otherwise(string backing, bool shares) => Assert.Equal(shares, Vm(backing).SharesPages);

    [Fact]
    public void A_domain_goes_by_its_name()
    {
        var vm = Vm("<title>Windows for the family</title><uuid>8f3c1a52-6f0e-4f0b-9a7e-2f6d1c9b0a11</uuid>");
        Assert.Equal((VmManagers.Libvirt, "a", "a", $"{Libvirt.Defined}/a.xml"), (vm.Manager, vm.Id, vm.Name, vm.File));
        Assert.False(vm.IsTemplate);
    }

    private static Vm Vm(string rest, string devices = "") => Libvirt.One(Libvirt.With("a", Libvirt.Domain("a", devices, rest)));
}
