using CsCheck;
using Passthru.Facts.Reading;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Proxmox;

namespace Passthru.Tests.Facts.Vms;

/// <summary>The file of one virtual machine.</summary>
public sealed class ProxmoxConfigTests
{
    [Theory]
    [InlineData("01:00", "0000:01:00")]
    [InlineData("0000:01:00", "0000:01:00")]
    [InlineData("01:00.1", "0000:01:00.1")]
    [InlineData("host=01:00.0", "0000:01:00.0")]
    [InlineData("10000:e1:00.0,pcie=1", "10000:e1:00.0")]
    [InlineData("pcie=1,host=01:00.0", "0000:01:00.0")]
    [InlineData("01:00.0;01:00.1,pcie=1", "0000:01:00.0+0000:01:00.1")]
    [InlineData("01:00.0;02:00,rombar=off", "0000:01:00.0+0000:02:00")]
    [InlineData("01:00,vendor-id=0x1234,of-a-later-release=7", "0000:01:00")]
    [InlineData("01:00,driver=vfio", "0000:01:00")]
    public void An_entry_names_its_functions(string value, string functions) =>
        Assert.Equal([$"hostpci0: {functions}"], ProxmoxRead.Lines(ProxmoxRead.One($"hostpci0: {value}\n").Devices));

    [Theory]
    [InlineData("pcie=1")]
    [InlineData("01:00,mapping=gpu")]
    [InlineData("01:00,host=02:00")]
    [InlineData("01:00;")]
    [InlineData("01:00.8")]
    [InlineData("01:20.0")]
    [InlineData("C1:00.0")]
    [InlineData("01:00,pcie=maybe")]
    [InlineData("01:00,pcie=")]
    [InlineData("01:00,driver=nvidia")]
    [InlineData("gpu")]
    public void An_entry_that_Proxmox_would_not_take_is_an_issue_and_costs_nothing_else(string value)
    {
        var (vms, issues) = ProxmoxRead.From(ProxmoxRead.Node($"hostpci0: {value}\nhostpci1: 02:00.0\n"));

        Assert.Equal(["hostpci1: 0000:02:00.0"], ProxmoxRead.Lines(vms!.Value.Single().Devices));
        Assert.Equal(("etc/pve/qemu-server/100.conf", ReadIssueKind.Malformed), (Assert.Single(issues).Path, issues[0].Kind));
    }

    [Fact]
    public void An_entry_says_how_it_is_taken()
    {
        var plain = ProxmoxRead.One("hostpci0: 01:00\n").Devices[0];
        var full = ProxmoxRead.One("hostpci15: 01:00,pcie=yes,x-vga=1,rombar=0,romfile=a.rom,mdev=nvidia-63,driver=keep\n").Devices[0];

        Assert.Equal((false, false, true, false, false, null, null), (plain.IsExpress, plain.IsPrimaryDisplay, plain.HasRomBar, plain.IsMediated, plain.KeepsDriver, plain.RomFile, plain.RomFileExists));
        Assert.Equal((true, true, false, true, true, "a.rom", null), (full.IsExpress, full.IsPrimaryDisplay, full.HasRomBar, full.IsMediated, full.KeepsDriver, full.RomFile, full.RomFileExists));
        Assert.Equal(("hostpci15", ExpectationTime.WhileRunning), (full.Slot, full.When));
        Assert.Equal("nvidia-63", full.MediatedType);
    }

    [Theory]
    [InlineData("usr/share/kvm/a.rom", true)]
    [InlineData("usr/share/kvm/b.rom", false)]
    [InlineData("usr/share/doc", null)]
    public void A_ROM_file_is_missed_only_where_its_directory_is_seen(string file, bool? exists) =>
        Assert.Equal(exists, ProxmoxRead.One(ProxmoxRead.Node("hostpci0: 01:00,romfile=a.rom\n").With(file, "")).Devices[0].RomFileExists);

    [Theory]
    [InlineData("", false, null)]
    [InlineData("onboot: 1", true, null)]
    [InlineData("onboot: 0", false, null)]
    [InlineData("onboot: 1\nstartup: order=2,up=30", true, 2)]
    [InlineData("onboot: 1\nstartup: 7", true, 7)]
    [InlineData("onboot: 1\ntemplate: 1", false, null)]
    [InlineData("onboot: maybe", null, null)]
    public void A_VM_starts_with_the_host_where_onboot_says_so(string config, bool? starts, int? order)
    {
        var vm = ProxmoxRead.One(config);
        Assert.Equal((starts, order), (vm.StartsWithHost, vm.StartOrder));
    }

    [Theory]
    [InlineData("vm: 100\n\tstate started\n", "", true)]
    [InlineData("vm: 100\n\tgroup all\n", "", true)]
    [InlineData("vm: 100\n\tstate stopped\n", "onboot: 1", false)]
    [InlineData("vm: 100\n\tstate disabled\n", "onboot: 1", false)]
    [InlineData("vm: 100\n\tstate ignored\n", "onboot: 1", true)]
    [InlineData("ct: 100\n\tstate started\nvm: 101\n", "", false)]
    [InlineData("what\n\n\tstate started\n", "", false)]
    public void The_HA_manager_decides_for_its_VMs(string resources, string config, bool starts) =>
        Assert.Equal(starts, ProxmoxRead.One(ProxmoxRead.Node($"name: one\n{config}").With(HaResources.File, resources)).StartsWithHost);

    [Theory]
    [InlineData("hostpci1: 03:00.0", "hostpci0: 0000:01:00;hostpci1: 0000:03:00.0")]
    [InlineData("delete: hostpci0", "")]
    [InlineData("delete: net0,!hostpci0;vga", "")]
    [InlineData("delete: hostpci0\nhostpci0: 02:00.0", "hostpci0: 0000:02:00.0")]
    [InlineData("memory: 4096", "hostpci0: 0000:01:00")]
    public void What_is_pending_holds_at_the_next_start(string pending, string next)
    {
        var vm = ProxmoxRead.One($"hostpci0: 01:00\n\n[PENDING]\n{pending}\n\n[before]\nhostpci4: 08:00\ndelete: hostpci0\n");

        Assert.Equal(next, string.Join(';', ProxmoxRead.Lines(vm.Devices)));
        Assert.Equal(["hostpci0: 0000:01:00"], ProxmoxRead.Lines(vm.StartedWith!.Value));
    }

    [Theory]
    [InlineData("[before]\nhostpci4: 08:00\n\n[pending]\nhostpci1: 02:00\n", 2)]
    [InlineData("[pending-work]\nhostpci1: 02:00\n", 1)]
    [InlineData("[special:cloudinit]\nname: b\n", 1)]
    [InlineData("[PENDING]\n", 1)]
    public void Only_a_section_of_that_name_is_pending(string sections, int devices) =>
        Assert.Equal(devices, ProxmoxRead.One($"hostpci0: 01:00\n\n{sections}").Devices.Length);

    [Theory]
    [InlineData("hookscript: local:snippets/gpu.pl", true)]
    [InlineData("name: a", false)]
    public void A_hook_may_do_anything(string config, bool hook) => Assert.Equal(hook, ProxmoxRead.One(config).HasHook);

    [Theory]
    [InlineData("vga: none", false, true)]
    [InlineData("vga: serial0", true, false)]
    [InlineData("vga: none\nserial0: socket", true, true)]
    [InlineData("vga: std", false, false)]
    public void A_serial_console_is_no_display_and_not_none(string config, bool serial, bool none)
    {
        var vm = ProxmoxRead.One(config);
        Assert.Equal((serial, none), (vm.HasSerialConsole, vm.DisplayIsNone));
    }

    [Theory]
    [InlineData("", "i440fx", Chipset.I440fx)]
    [InlineData("machine: q35", "q35", Chipset.Q35)]
    [InlineData("machine: q35,viommu=intel", "q35", Chipset.Q35)]
    [InlineData("machine: viommu=virtio,type=q35", "q35", Chipset.Q35)]
    [InlineData("machine: pc-q35-9.0+pve1", "pc-q35-9.0+pve1", Chipset.Q35)]
    [InlineData("machine: pc", "pc", Chipset.I440fx)]
    [InlineData("machine: pc-i440fx-8.1", "pc-i440fx-8.1", Chipset.I440fx)]
    [InlineData("machine: viommu=intel", "i440fx", Chipset.I440fx)]
    [InlineData("arch: aarch64", "virt", Chipset.Other)]
    public void The_machine_type_stands_for_a_chipset(string config, string machine, Chipset chipset)
    {
        var vm = ProxmoxRead.One(config);
        Assert.Equal((machine, chipset), (vm.Machine, vm.Chipset));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("ostype: win11", true)]
    [InlineData("ostype: win7", true)]
    [InlineData("ostype: wxp", true)]
    [InlineData("ostype: w2k8", true)]
    [InlineData("ostype: wvista", true)]
    [InlineData("ostype: l26", false)]
    [InlineData("ostype: other", false)]
    [InlineData("ostype: solaris", false)]
    public void Windows_is_known_by_its_names(string config, bool? windows) => Assert.Equal(windows, ProxmoxRead.One(config).IsWindows);

    [Theory]
    [InlineData("", true)]
    [InlineData("vga: none", false)]
    [InlineData("vga: type=none", false)]
    [InlineData("vga: serial0", false)]
    [InlineData("vga: qxl,memory=32", true)]
    [InlineData("vga: memory=32", true)]
    [InlineData("hostpci0: 01:00,pcie=1", true)]
    [InlineData("hostpci0: 01:00,x-vga=1", false)]
    [InlineData("vga: std\nhostpci0: 01:00,x-vga=1", true)]
    public void A_display_of_its_own_goes_by_vga_and_without_it_by_x_vga(string config, bool display) =>
        Assert.Equal(display, ProxmoxRead.One(config).HasVirtualDisplay);

    [Theory]
    [InlineData("", false)]
    [InlineData("memory: 8192", false)]
    [InlineData("memory: 8192\nballoon: 0", false)]
    [InlineData("memory: 8192\nballoon: 8192", false)]
    [InlineData("memory: 8192\nballoon: 4096", true)]
    [InlineData("memory: current=8192\nballoon: 4096", true)]
    [InlineData("balloon: 256", true)]
    [InlineData("balloon: 512", false)]
    [InlineData("balloon: many", null)]
    public void Memory_is_taken_back_where_less_is_enough(string config, bool? balloons) => Assert.Equal(balloons, ProxmoxRead.One(config).Balloons);

    [Theory]
    [InlineData("", VmFirmware.Bios, true, false)]
    [InlineData("bios: ovmf\nallow-ksm: 0\ntemplate: 1", VmFirmware.Uefi, false, true)]
    [InlineData("bios: seabios\nallow-ksm: 1\ntemplate: 0", VmFirmware.Bios, true, false)]
    public void What_is_not_written_has_a_default(string config, VmFirmware firmware, bool shares, bool template)
    {
        var vm = ProxmoxRead.One(config);
        Assert.Equal((firmware, shares, template), (vm.Firmware, vm.SharesPages, vm.IsTemplate));
    }

    [Fact]
    public void The_description_and_the_sections_do_not_count()
    {
        var vm = ProxmoxRead.One("#hostpci1%3A 05:00\n# hostpci2: 06:00\r\nname: a\r\nhostpci0: 01:00\r\nname: b\n\n[before]\nname: c\nhostpci4: 08:00\n");

        Assert.Equal("b", vm.Name);
        Assert.Equal(["hostpci0: 0000:01:00"], ProxmoxRead.Lines(vm.Devices));
    }

    [Theory]
    [InlineData("-device vfio-pci,host=01:00.0", "0000:01:00.0")]
    [InlineData("-cpu 'host,kvm=off' -device 'vfio-pci,host=01:00.0,x-vga=on' -device \"vfio-pci,host=01:00.1\"", "0000:01:00.0+0000:01:00.1")]
    [InlineData("-device '{\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\"}'", "0000:01:00.0")]
    [InlineData("""-device {\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\"}""", "0000:01:00.0")]
    [InlineData("-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:01:00.0", "0000:01:00.0")]
    public void Raw_devices_go_together_and_keep_their_driver(string args, string functions)
    {
        var device = Assert.Single(ProxmoxRead.One($"args: {args}").Devices);
        Assert.Equal($"args: {functions}", ProxmoxRead.Line(device));
        Assert.True(device.KeepsDriver);
    }

    [Theory]
    [InlineData("-set device.hostpci0.addr=02.0 -global isa-debugcon.iobase=0x402")]
    [InlineData("-readconfig /etc/vfio-pci,host=01:00.0")]
    [InlineData("-device amd-iommu")]
    [InlineData("-device 'vfio-pci,host=01:00.0")]
    [InlineData("-device vfio-pci,host=01:00.0 \\")]
    public void Other_words_for_QEMU_take_nothing(string args) => Assert.Empty(ProxmoxRead.One($"args: {args}").Devices);

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  a  b ", new[] { "a", "b" })]
    [InlineData("a'b c'd", new[] { "ab cd" })]
    [InlineData("'' \"\"", new[] { "", "" })]
    [InlineData(@"a\ b 'c\d' ""e\""f""", new[] { "a b", @"c\d", "e\"f" })]
    [InlineData("a 'b", new string[0])]
    [InlineData(@"a \", new string[0])]
    public void Words_are_split_as_Perl_does(string text, string[] words) => Assert.Equal(words, ShellWords.Split(text));

    [Fact]
    public void Whatever_the_file_holds_nothing_throws_and_nothing_is_made_up() => Gen.OneOf(
            Gen.String[Gen.Char["hostpci0: =,;.mapvdeg\n[]#'\"\\-"], 0, 200],
            Gen.Byte.Array[0, 200].Select(System.Text.Encoding.Latin1.GetString),
            Gen.String[0, 60].Select(text => $"hostpci0: {text}\nargs: -device {text}"))
        .Sample(text =>
        {
            var (vms, issues) = ProxmoxRead.From(ProxmoxRead.Node(text));
            Assert.True(vms is not null || issues.Count > 0);
            Assert.All(vms ?? [], vm => Assert.All(vm.Devices, device => Assert.Contains(device.Slot == "args" ? "args" : "hostpci", text, StringComparison.Ordinal)));
        });
}
