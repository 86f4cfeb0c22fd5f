using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

public sealed class LibvirtDeviceTests
{
    private const string Source = "<source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>";
    private const string VmsOwn = "<address type='pci' domain='0x0000' bus='0x06' slot='0x00' function='0x0'/>";
    private const string Networks = "etc/libvirt/qemu/networks";

    [Theory]
    [InlineData($"<hostdev mode='subsystem' type='pci' managed='yes'>{Source}{VmsOwn}</hostdev>", "hostdev0 0000:01:00.0 WhileRunning")]
    [InlineData($"<hostdev mode='subsystem' type='pci' managed='yes'>{VmsOwn}{Source}</hostdev>", "hostdev0 0000:01:00.0 WhileRunning")]
    [InlineData($"<hostdev mode='subsystem' type='pci' managed='no'>{Source}</hostdev>", "hostdev0 0000:01:00.0 Always")]
    [InlineData($"<hostdev mode='subsystem' type='pci'>{Source}</hostdev>", "hostdev0 0000:01:00.0 Always")]
    [InlineData($"<hostdev type='pci' managed='yes'><driver name='vfio' model='mlx5_vfio_pci'/>{Source}</hostdev>", "hostdev0 0000:01:00.0 WhileRunning")]
    [InlineData($"<hostdev mode='subsystem' type='pci' managed='yes'><driver name='kvm'/>{Source}<boot order='1'/></hostdev>", "hostdev0 0000:01:00.0 WhileRunning")]
    [InlineData("<hostdev mode='subsystem' type='pci'><source writeFiltering='no'><address domain='65536' bus='0xe1' slot='0' function='0'/></source></hostdev>", "hostdev0 10000:e1:00.0 Always")]
    [InlineData("<hostdev mode='subsystem' type='mdev' model='vfio-pci' display='on'><source><address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dc'/></source></hostdev>", "hostdev0  WhileRunning mediated")]
    [InlineData($"<interface type='hostdev' managed='yes'><mac address='52:54:00:00:00:01'/>{Source}{VmsOwn}</interface>", "interface0 0000:01:00.0 WhileRunning")]
    [InlineData("<interface type='hostdev'><source><address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x1'/></source></interface>", "interface0 0000:05:00.1 Always")]
    [InlineData($"<disk type='nvme' device='disk'><source type='pci' managed='yes' namespace='1'><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>{VmsOwn}</disk>", "disk0 0000:01:00.0 WhileRunning")]
    [InlineData($"<disk type='nvme' device='disk'>{Source}</disk>", "disk0 0000:01:00.0 Always")]
    public void A_host_device_is_what_the_source_says(string entry, string device) => Assert.Equal([device], Libvirt.Devices(entry));

    [Theory]
    [InlineData("<hostdev mode='subsystem' type='usb' managed='yes'><source><vendor id='0x1a2c'/><product id='0x2c27'/></source></hostdev>")]
    [InlineData("<hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source></hostdev>")]
    [InlineData("<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/><address bus='0' target='0' unit='0'/></source></hostdev>")]
    [InlineData("<hostdev mode='subsystem' type='mdev' model='vfio-ccw'><source><address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dc'/></source></hostdev>")]
    [InlineData("<hostdev mode='capabilities' type='misc'><source><char>/dev/input/event3</char></source></hostdev>")]
    [InlineData($"<hostdev mode='capabilities' type='pci'>{Source}</hostdev>")]
    [InlineData("<interface type='bridge'><source bridge='br0'/><model type='virtio'/></interface>")]
    [InlineData($"<interface type='network'><source network='default'/>{VmsOwn}</interface>")]
    [InlineData("<interface type='direct'><source dev='eno1' mode='passthrough'/></interface>")]
    [InlineData($"<controller type='pci'>{VmsOwn}</controller>")]
    [InlineData("<disk type='block' device='disk'><source dev='/dev/nvme0n1'/></disk>")]
    public void Other_entries_are_no_functions_of_the_host(string entry) => Assert.Empty(Libvirt.Devices(entry));

    [Theory]
    [InlineData("<q:arg value='-device'/><q:arg value='vfio-pci,host=01:00.0,x-vga=on'/>", "commandline 0000:01:00.0 Always")]
    [InlineData("<q:arg value='-device'/><q:arg value='vfio-pci,host=01:00.0'/><q:env name='A' value='B'/><q:arg value='-device'/><q:arg value='vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:01:00.1'/>", "commandline 0000:01:00.0;0000:01:00.1 Always")]
    [InlineData("<q:arg value='-device'/><q:arg value='virtio-rng-pci'/>", null)]
    [InlineData("<q:arg/>", null)]
    [InlineData("", null)]
    public void Words_for_qemu_itself_may_take_functions(string arguments, string? device)
    {
        var domain = Libvirt.Domain("a", "").Replace("</domain>", $"<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>{arguments}</q:commandline></domain>", StringComparison.Ordinal);
        Assert.Equal(device is null ? [] : [device], Libvirt.Lines(Libvirt.One(Libvirt.With("a", domain)).Devices));
    }

    [Fact]
    public void Slots_count_every_entry_of_their_kind() => Assert.Equal(
        ["hostdev1 0000:01:00.0 Always", "hostdev2 0000:01:00.0 Always", "interface1 0000:01:00.0 Always"],
        Libvirt.Devices($"<interface type='user'/><hostdev type='usb'/><hostdev type='pci'>{Source}</hostdev><interface type='hostdev'>{Source}</interface><hostdev type='pci'>{Source}</hostdev>"));

    [Theory]
    [InlineData("<hostdev type='pci'/>", "source of hostdev0")]
    [InlineData($"<hostdev type='pci'>{VmsOwn}</hostdev>", "source of hostdev0")]
    [InlineData("<hostdev type='pci'><source><address bus='0x01' slot='0x20'/></source></hostdev>", "source of hostdev0")]
    [InlineData("<interface type='hostdev'><source><address type='usb' bus='1'/></source></interface>", "source of interface0")]
    public void A_source_that_makes_no_sense_is_an_issue_and_hides_no_other(string entry, string text)
    {
        var vms = Libvirt.Read(Libvirt.With("a", Libvirt.Domain("a", $"{entry}<hostdev type='pci'>{Source}</hostdev>")), out var issues);

        Assert.EndsWith("0000:01:00.0 Always", Assert.Single(Libvirt.Lines(Assert.Single(vms!.Value).Devices)), StringComparison.Ordinal);
        Assert.Equal(new ReadIssue($"{Libvirt.Defined}/a.xml", ReadIssueKind.Malformed, $"not understood: \"{text}\""), Assert.Single(issues));
    }

    [Theory]
    [InlineData("", true, null, null)]
    [InlineData("<rom bar='on'/>", true, null, null)]
    [InlineData("<rom bar='off'/>", false, null, null)]
    [InlineData("<rom enabled='no'/>", false, null, null)]
    [InlineData("<rom file=''/>", false, null, null)]
    [InlineData("<rom file='/usr/share/vgabios/card.rom'/>", true, "/usr/share/vgabios/card.rom", true)]
    [InlineData("<rom bar='off' file='/usr/share/vgabios/gone.rom'/>", false, "/usr/share/vgabios/gone.rom", false)]
    [InlineData("<rom file='/usr/share/../../../usr/share/vgabios/card.rom'/>", true, "/usr/share/../../../usr/share/vgabios/card.rom", true)]
    [InlineData("<rom file='card.rom'/>", true, "card.rom", null)]
    [InlineData("<rom file='/root/card.rom'/>", true, "/root/card.rom", null)]
    public void The_rom_is_the_devices_or_a_file(string rom, bool bar, string? file, bool? exists)
    {
        var files = Libvirt.With("a", Libvirt.Domain("a", $"<hostdev type='pci'>{Source}{rom}</hostdev>"))
            .With("usr/share/vgabios/card.rom", "U")
            .Refusing("root/card.rom", Errno.AccessDenied);
        var device = Assert.Single(Libvirt.One(files).Devices);
        Assert.Equal((bar, file, exists), (device.HasRomBar, device.RomFile, device.RomFileExists));
    }

    [Theory]
    [InlineData("managed='yes'", "WhileRunning")]
    [InlineData("managed='no'", "Always")]
    [InlineData("", "Always")]
    public void A_network_of_functions_gives_one_of_them(string managed, string when)
    {
        var files = InNetwork("vfs").With(
            $"{Networks}/vfs.xml",
            $"<network><name>vfs</name><forward mode='hostdev' {managed}><driver name='vfio'/><address type='pci' domain='0x0000' bus='0x03' slot='0x02' function='0x0'/><address type='pci' domain='0x0000' bus='0x03' slot='0x02' function='0x1'/></forward></network>");
        Assert.Equal([$"interface0 0000:03:02.0|0000:03:02.1 {when} through vfs"], Libvirt.Lines(Libvirt.One(files).Devices));
    }

    [Fact]
    public void A_network_on_an_adapter_gives_its_virtual_functions_in_their_order()
    {
        var files = OnAdapter(InNetwork("vfs")).With($"{Networks}/vfs.xml", "<network><forward mode='hostdev' managed='yes'><pf dev='eth3'/></forward></network>");
        Assert.Equal(
            ["interface0 0000:03:02.0|0000:03:02.1|0000:03:03.2 WhileRunning through vfs"],
            Libvirt.Lines(Libvirt.One(files).Devices));
    }

    [Fact]
    public void An_active_network_is_as_it_was_started()
    {
        var files = InNetwork("vfs")
            .With($"{Networks}/vfs.xml", "<network><forward mode='hostdev' managed='yes'><pf dev='eth3'/></forward></network>")
            .With(
                "run/libvirt/network/vfs.xml",
                "<networkstatus><class_id bitmap='0-2'/><network><forward mode='hostdev' managed='yes'><pf dev='eth3'/><address type='pci' domain='0x0000' bus='0x03' slot='0x02' function='0x5'/></forward></network></networkstatus>");
        Assert.Equal(["interface0 0000:03:02.5 WhileRunning through vfs"], Libvirt.Lines(Libvirt.One(files).Devices));
    }

    [Fact]
    public void An_adapter_that_is_not_there_leaves_no_choice_and_is_told()
    {
        var files = InNetwork("vfs").With($"{Networks}/vfs.xml", "<network><forward mode='hostdev'><pf dev='eth3'/></forward></network>");
        var vms = Libvirt.Read(files, out var issues);

        Assert.Equal(["interface0  Always through vfs"], Libvirt.Lines(Assert.Single(vms!.Value).Devices));
        Assert.Equal(new ReadIssue($"{Networks}/vfs.xml", ReadIssueKind.Unresolved, "no function stands behind the adapter eth3"), Assert.Single(issues));
    }

    [Theory]
    [InlineData("<network><forward mode='nat'/></network>")]
    [InlineData("<network><name>vfs</name></network>")]
    [InlineData("<network><forward mode='passthrough'><interface dev='eth3'/></forward></network>")]
    public void A_network_of_another_kind_takes_nothing(string network)
    {
        var files = InNetwork("vfs").With($"{Networks}/vfs.xml", network);
        Assert.Empty(Libvirt.One(files).Devices);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("../../../etc/shadow")]
    [InlineData("")]
    public void A_network_without_a_file_takes_nothing_and_is_no_issue(string name)
    {
        Assert.Empty(Assert.Single(Libvirt.Read(InNetwork(name), out var issues)!.Value).Devices);
        Assert.Empty(issues);
    }

    [Fact]
    public void Networks_that_nobody_asks_for_are_not_read()
    {
        var files = Libvirt.With("a", Libvirt.Domain("a")).With($"{Networks}/default.xml", "<network/>");
        Libvirt.Read(files);
        Assert.DoesNotContain(files.ReadPaths, path => path.StartsWith(Networks, StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_that_can_not_be_read_is_one_issue_however_many_ask()
    {
        var entry = "<interface type='network'><source network='vfs'/></interface>";
        var files = Libvirt.With("a", Libvirt.Domain("a", entry + entry)).With($"{Libvirt.Defined}/b.xml", Libvirt.Domain("b", entry))
            .With($"{Networks}/vfs.xml", "<network><forward");
        Assert.All(Libvirt.Read(files, out var issues)!.Value, vm => Assert.Empty(vm.Devices));
        Assert.Equal($"{Networks}/vfs.xml", Assert.Single(issues).Path);
    }

    [Fact]
    public void While_it_runs_the_function_it_got_is_the_one_it_has()
    {
        var pool = "<network><forward mode='hostdev' managed='yes'><address bus='3' slot='2' function='0'/><address bus='3' slot='2' function='1'/></forward></network>";
        var actual = "<actual type='hostdev' managed='yes'><driver name='vfio'/><source><address type='pci' domain='0x0000' bus='0x03' slot='0x02' function='0x1'/></source></actual>";
        var files = InNetwork("vfs").With($"{Networks}/vfs.xml", pool).With(
            $"{Libvirt.Running}/a.xml",
            Libvirt.Status("running", Libvirt.Domain("a", $"<interface type='network'><source network='default'/><actual type='network'/></interface><interface type='network'><source network='vfs' portid='x'/>{actual}</interface>")));
        var vm = Libvirt.One(files);

        Assert.Equal(["interface0 0000:03:02.0|0000:03:02.1 WhileRunning through vfs"], Libvirt.Lines(vm.Devices));
        Assert.Equal(["interface1 0000:03:02.1 WhileRunning through vfs"], Libvirt.Lines(vm.AttachedDevices));
    }

    private static FakeTree InNetwork(string name) => Libvirt.With("a", Libvirt.Domain("a", $"<interface type='network'><source network='{name}'/></interface>"));

    private static FakeTree OnAdapter(FakeTree files) => files
        .WithLink("sys/class/net/eth3", "../../devices/pci0000:00/0000:00:01.0/0000:03:00.0/net/eth3")
        .WithLink("sys/bus/pci/devices/0000:03:00.0", "../../../devices/pci0000:00/0000:00:01.0/0000:03:00.0")
        .WithLink("sys/devices/pci0000:00/0000:00:01.0/0000:03:00.0/virtfn10", "../0000:03:03.2")
        .WithLink("sys/devices/pci0000:00/0000:00:01.0/0000:03:00.0/virtfn0", "../0000:03:02.0")
        .WithLink("sys/devices/pci0000:00/0000:00:01.0/0000:03:00.0/virtfn1", "../0000:03:02.1");
}
