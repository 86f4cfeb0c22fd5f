using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings;
using Passthru.Findings.Boot;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Boot;

/// <summary>Who takes a graphics card first, and what of the configuration has effect.</summary>
public sealed class BootAssessorTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Ids = "options vfio-pci ids=10de:1b81\n";
    private const string Nouveau = "lib/modules/6.12/kernel/nouveau.ko";
    private const string VfioPci = "lib/modules/6.12/kernel/vfio-pci.ko.zst";
    private const string InitramfsTools = "conf/initramfs.conf";
    private const string Script = $"DEVICES={Gpu}\\nfor,device,in,$DEVICES;,do\\necho,vfio-pci,>/sys/bus/pci/devices/$device/driver_override\\ndone";
    private const string InitTop = $"{InitramfsTools} scripts/init-top/vfio={Script}";
    private static readonly DateTimeOffset Boot = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    /// <summary>modprobe.d on the host and in the image, the command line, further files of the image, and whether nouveau is first.</summary>
    public static TheoryData<string, string, string, string, bool?> Races => new()
    {
        // Nothing in the image matches.
        { Ids, "", "", "", false },
        { Ids, Ids, "", VfioPci, false },

        // The driver is there, and what keeps it off or comes first.
        { Ids, Ids, "", Nouveau, true },
        { Ids, Ids, "", $"{Nouveau} {VfioPci}", true },
        { Ids, Ids + "blacklist nouveau\n", "", Nouveau, false },
        { Ids + "blacklist nouveau\n", Ids, "", Nouveau, true },
        { Ids, Ids + "blacklist nouv*\n", "", Nouveau, true },
        { Ids, Ids + "install nouveau /bin/false\n", "", Nouveau, false },
        { Ids, Ids + "install nouveau /sbin/modprobe --ignore-install nouveau\n", "", Nouveau, true },
        { Ids, Ids + "softdep nouveau pre: vfio-pci\n", "", $"{Nouveau} {VfioPci}", false },
        { Ids, Ids + "softdep nouv* pre: vfio-pci\n", "", $"{Nouveau} {VfioPci}", false },
        { Ids, Ids + "softdep drm pre: vfio-pci\n", "", $"{Nouveau} {VfioPci}", false },
        { Ids, Ids + "softdep nvidia pre: vfio-pci\n", "", $"{Nouveau} {VfioPci}", true },
        { Ids, Ids + "softdep nouveau pre: vfio-pci\n", "", Nouveau, true },
        { Ids, "softdep nouveau pre: vfio-pci\n", "", $"{Nouveau} {VfioPci}", true },
        { Ids, Ids + "softdep nouveau post: vfio-pci\n", "", $"{Nouveau} {VfioPci}", true },
        { Ids, Ids + "options nouveau modeset=0\n", "", Nouveau, false },

        // dracut keeps what is loaded last off until then.
        { Ids, "", "rd.driver.post=nouveau", Nouveau, true },
        { Ids, Ids, "rd.driver.pre=vfio-pci rd.driver.post=nouveau", $"{Nouveau} {VfioPci}", false },

        // The command line.
        { Ids, "", "modprobe.blacklist=nouveau", Nouveau, false },
        { Ids, "", "module_blacklist=nvidia,nouveau", Nouveau, false },
        { Ids, "", "rd.driver.blacklist=nouveau", Nouveau, false },
        { Ids, "", "rd.driver.blacklist=nouveau", $"{Nouveau} {InitramfsTools}", true },
        { Ids, "", "nomodeset", Nouveau, false },
        { Ids, "", "nouveau.modeset=0", Nouveau, false },
        { "", "", "vfio-pci.ids=10de:1b81", Nouveau, true },
        { "", "softdep nouveau pre: vfio-pci\n", "vfio-pci.ids=10de:1b81", $"{Nouveau} {VfioPci}", false },
        { "", "", "vfio-pci.ids=10de:1b81 rd.driver.pre=vfio-pci", $"{Nouveau} {VfioPci}", false },
        { "", "", "vfio-pci.ids=10de:1b81 rd.driver.pre=vfio-pci", $"{Nouveau} {VfioPci} {InitramfsTools}", true },
        { "", "", "vfio-pci.ids=10de:1b81 rd.driver.pre=vfio-pci", Nouveau, true },

        // Modules that the image loads by name: before udev, beside it, after it.
        { Ids, Ids, "", $"{Nouveau} {VfioPci} buildconfig config=MODULES=\"vfio_pci,vfio,nouveau\"", false },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} buildconfig config=MODULES=\"nouveau,vfio_pci\"", true },
        { Ids, "", "", $"{Nouveau} {VfioPci} buildconfig config=MODULES=\"vfio_pci\"", true },
        { Ids, Ids + "blacklist nouveau\n", "", $"{Nouveau} buildconfig config=MODULES=\"nouveau\"", false },
        { Ids, Ids + "blacklist nouveau\n", "", $"{Nouveau} {InitramfsTools} conf/modules=nouveau", true },
        { Ids, Ids + "blacklist nouveau\n", "", $"{Nouveau} usr/lib/modules-load.d/gpu.conf=nouveau", false },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} etc/cmdline.d/20-force_drivers.conf=rd.driver.pre=vfio-pci", false },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} usr/lib/modules-load.d/MODULES.conf=vfio_pci", null },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} {InitramfsTools} conf/modules=vfio_pci", true },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} nix/store/x-stage-1-init.sh=for,i,in,vfio_pci,vfio;", false },

        // driver_override, before udev or at a time that is open.
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/10-vfio.rules=KERNEL==\"{Gpu}\",ATTR{{driver_override}}=\"vfio-pci\"", false },
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/10-vfio.rules=KERNEL==\"0000:01:00.[01]\",ATTR{{driver_override}}=\"vfio-pci\"", false },
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/10-vfio.rules=KERNEL==\"0000:02:00.0\",ATTR{{driver_override}}=\"vfio-pci\"", true },
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/10-vfio.rules=ATTR{{vendor}}==\"0x10de\",ATTR{{device}}==\"0x1b81\",ATTR{{driver_override}}=\"vfio-pci\"", false },
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/99-vfio.rules=KERNEL==\"{Gpu}\",RUN+=\"/bin/sh,-c,'echo,vfio-pci,>/sys$devpath/driver_override'\"", true },
        { Ids, "", "", $"{Nouveau} scripts/init-top/vfio=echo,vfio-pci,>/sys/bus/pci/devices/{Gpu}/driver_override", null },
        { Ids, "", "", $"{Nouveau} {InitTop} scripts/init-top/ORDER=/scripts/init-top/vfio\\n/scripts/init-top/udev", false },
        { Ids, "", "", $"{Nouveau} {InitTop} scripts/init-top/ORDER=/scripts/init-top/udev\\n/scripts/init-top/vfio", true },
        { Ids, "", "", $"{Nouveau} scripts/init-premount/vfio={Script}", true },
        { Ids, "", "", $"{Nouveau} usr/lib/dracut/hooks/pre-udev/00-vfio.sh={Script}", false },
        { Ids, "", "", $"{Nouveau} usr/lib/dracut/hooks/mount/00-vfio.sh={Script}", true },
        { Ids, "", "", $"{Nouveau} buildconfig hooks/vfio=run_earlyhook(),{{\\n{Script}", false },
        { Ids, "", "", $"{Nouveau} nix/store/x-stage-1-init.sh={Script}\\nsystemd-udevd,--daemon", false },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} {InitramfsTools} scripts/init-top/vfio=modprobe,-i,vfio-pci scripts/init-top/ORDER=/scripts/init-top/vfio\\n/scripts/init-top/udev", false },
        { Ids, Ids + "install vfio-pci /usr/local/bin/vfio.sh\n", "", $"{Nouveau} {VfioPci} buildconfig config=MODULES=\"vfio_pci\"", false },
        { Ids, "install vfio-pci /usr/local/bin/vfio.sh\n", "", $"{Nouveau} {VfioPci} buildconfig config=MODULES=\"vfio_pci\"", null },

        // An alias of the device in modprobe.d takes the place of those of the modules.
        { Ids, Ids + "alias pci:v000010DEd00001B81sv*sd*bc*sc*i* vfio-pci\n", "", $"{Nouveau} {VfioPci}", false },
        { Ids, "alias pci:v000010DEd00001B81sv*sd*bc*sc*i* off\n", "", Nouveau, false },
        { Ids, Ids + "alias pci:v000010DEd00001B82sv*sd*bc*sc*i* vfio-pci\n", "", $"{Nouveau} {VfioPci}", true },

    };

    [Theory]
    [MemberData(nameof(Races))]
    public void The_first_driver_that_may_bind_has_the_device(string host, string image, string line, string files, bool? lost)
    {
        var race = Assert.Single(Verdict(host, Image(image, files), line).Races);

        Assert.Equal((lost, InitramfsEvidence.Content), (race.IsLost, race.Evidence));
        Assert.Equal(lost == true ? "nouveau" : null, race.Devices.FirstOrDefault(device => device is { Outcome: RaceOutcome.HostDriver, Stage: not RaceStage.RootFileSystem })?.Driver);
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("options vfio-pci ids=8086:1533\n", "", false)]
    [InlineData("blacklist pcspkr\ninstall nf_conntrack /bin/false\n", "", false)]
    public void Settings_about_other_devices_never_matter(string host, string line, bool? lost) =>
        Assert.Equal(lost, Assert.Single(Verdict(host, Image("", Nouveau), line).Races).IsLost);

    [Theory]
    [InlineData("kernel/drivers/vfio/pci/vfio-pci.ko", null, "vfio-pci.ids=10de:1b81", false)]
    [InlineData("kernel/drivers/vfio/pci/vfio-pci.ko", "kernel/drivers/gpu/drm/nouveau/nouveau.ko", "vfio-pci.ids=10de:1b81", true)]
    [InlineData("kernel/drivers/vfio/pci/vfio-pci.ko", "kernel/drivers/usb/host/xhci-pci.ko", "vfio-pci.ids=10de:1b81", false)]
    [InlineData(null, "kernel/drivers/usb/host/xhci-pci.ko", "vfio-pci.ids=10de:1b81", true)]
    public void What_is_built_in_starts_before_any_module(string? vfio, string? driver, string line, bool lost)
    {
        var drivers = Drivers(driver) with { BuiltInVfio = vfio };

        Assert.Equal(lost, Assert.Single(Verdict("", Image("", Nouveau), line, drivers).Races).IsLost);
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(20, 10)]
    [InlineData(20, null)]
    public void Of_an_image_that_cannot_be_read_nothing_is_said_whatever_its_age(int? settings, int? image)
    {
        var race = Assert.Single(Verdict(Ids + "blacklist nouveau\n", new InitramfsFacts { Path = "boot/initrd", Kernel = "6.12", WrittenAt = At(image) }, "", modified: settings).Races);

        Assert.Equal((null, InitramfsEvidence.Unread), (race.IsLost, race.Evidence));
    }

    /// <summary>Rules of udev, driverctl and arguments for the image that stand on the root file system, with an image of their own lines.</summary>
    [Theory]
    [InlineData(BindingReach.FromLaterDrivers, Nouveau, true, RaceStage.Image)]
    [InlineData(BindingReach.FromLaterDrivers, "", false, RaceStage.RootFileSystem)]
    [InlineData(BindingReach.FromAnyDriver, Nouveau, false, RaceStage.RootFileSystem)]
    [InlineData(BindingReach.FromNone, "", false, RaceStage.RootFileSystem)]
    [InlineData(BindingReach.FromNone, Nouveau, true, RaceStage.Image)]
    public void A_binding_on_the_root_file_system_wins_as_far_as_it_reaches(BindingReach reach, string files, bool lost, RaceStage stage)
    {
        var binding = new DeviceBinding(BindingSource.Udev, new ConfigLine("etc/udev/rules.d/10-vfio.rules", 1)) { AddressPattern = Gpu, Reach = reach };
        var race = Assert.Single(Verdict("", Image("", files), "", change: boot => boot with { Bindings = [binding] }).Races);

        Assert.Equal((lost, stage), (race.IsLost, Assert.Single(race.Devices).Stage));
        Assert.Equal(lost || reach == BindingReach.FromNone ? RaceOutcome.HostDriver : RaceOutcome.NoHostDriver, race.Devices[0].Outcome);
    }

    [Theory]
    [InlineData(BindingReach.FromLaterDrivers, true)]
    [InlineData(BindingReach.FromAnyDriver, false)]
    public void A_binding_comes_after_what_is_built_in(BindingReach reach, bool lost)
    {
        var binding = new DeviceBinding(BindingSource.Udev, new ConfigLine("etc/udev/rules.d/10-vfio.rules", 1)) { AddressPattern = Gpu, Reach = reach };
        var drivers = Drivers("kernel/drivers/usb/host/xhci-pci.ko");

        Assert.Equal(lost, Assert.Single(Verdict("", Image("", ""), "", drivers, change: boot => boot with { Bindings = [binding] }).Races).IsLost);
    }

    [Theory]
    [InlineData(Nouveau, true)]
    [InlineData("", true)]
    [InlineData($"{VfioPci} {InitramfsTools} conf/modules=vfio_pci,ids=10de:1b81", false)]
    [InlineData($"{Nouveau} {VfioPci} {InitramfsTools} conf/modules=vfio_pci,ids=10de:1b81", true)]
    [InlineData($"{VfioPci} {InitramfsTools} conf/modules=vfio_pci,ids=8086:1533", true)]
    public void Ids_that_only_an_image_takes_have_to_be_in_it(string files, bool lost)
    {
        var ids = new VfioIds(PciMatch.ParseList("10de:1b81"), new ConfigLine("etc/initramfs-tools/modules", 1));

        Assert.Equal(lost, Assert.Single(Verdict("", Image("", files), "", change: boot => boot with { InitramfsIds = ids }).Races).IsLost);
    }

    [Fact]
    public void A_driver_override_of_now_is_no_setting_of_the_next_boot() =>
        Assert.Empty(Assert.Single(Verdict("", Image("", Nouveau), "", driverOverride: "vfio-pci").Races).Devices);

    [Theory]
    [InlineData("lib/udev/rules.d/99-vfio.rules=KERNEL==\"0000:01:00.0\",RUN+=\"/bin/sh,-c,'echo,vfio-pci,>/sys$devpath/driver_override'\"", RaceOutcome.NoHostDriver)]
    [InlineData($"scripts/init-premount/vfio={Script}", RaceOutcome.NoHostDriver)]
    [InlineData("scripts/init-premount/vfio=echo,vfio-pci,>/sys/bus/pci/devices/0000:02:00.0/driver_override", RaceOutcome.HostDriver)]
    public void What_comes_late_in_the_image_is_early_for_the_root_file_system(string files, RaceOutcome outcome) =>
        Assert.Equal(outcome, Assert.Single(Assert.Single(Verdict(Ids, Image("", files), "").Races).Devices).Outcome);

    /// <summary>On the root file system: is told, and no question of the image.</summary>
    [Theory]
    [InlineData(Ids, "", "nouveau", RaceOutcome.HostDriver)]
    [InlineData(Ids, "", "vfio-pci", RaceOutcome.Unresolved)]
    [InlineData(Ids, "vfio-pci", "nouveau", RaceOutcome.Unresolved)]
    [InlineData(Ids + "softdep nouveau pre: vfio-pci\n", "", "nouveau", RaceOutcome.NoHostDriver)]
    [InlineData(Ids + "blacklist nouveau\n", "", "nouveau", RaceOutcome.NoHostDriver)]
    [InlineData(Ids + "alias pci:v000010DEd00001B81sv*sd*bc*sc*i* vfio-pci\n", "", "nouveau", RaceOutcome.NoHostDriver)]
    public void What_the_root_file_system_does_is_told(string settings, string loads, string driver, RaceOutcome outcome)
    {
        EarlyLoad[] all = loads.Length == 0 ? [] : [new EarlyLoad("vfio_pci", "", "etc/modules", LoadTime.WithUdev)];
        var race = Assert.Single(Verdict(settings, Image("", ""), "", driver: driver, change: boot => boot with { Loads = [.. all] }).Races);

        Assert.False(race.IsLost);
        Assert.Equal((outcome, RaceStage.RootFileSystem), (race.Devices[0].Outcome, race.Devices[0].Stage));
    }

    [Fact]
    public void Without_an_image_nothing_is_said() => Assert.Null(Assert.Single(Verdict(Ids, image: null, "").Races).IsLost);

    [Fact]
    public void What_was_open_and_went_well_at_this_boot_goes_well()
    {
        var image = Image(Ids, $"{Nouveau} {VfioPci} usr/lib/modules-load.d/MODULES.conf=vfio_pci") with { WrittenAt = At(-10) };

        Assert.False(Assert.Single(Verdict(Ids, image, "", driver: "vfio-pci").Races).IsLost);
        Assert.Null(Assert.Single(Verdict(Ids, image, "", driver: "nouveau").Races).IsLost);
    }

    [Theory]
    [InlineData(Ids, 10, "quiet intel_iommu=on", true)]
    [InlineData(Ids, -10, "quiet intel_iommu=on", false)]
    [InlineData(Ids, -10, "splash intel-iommu=on root=/dev/sdb", false)]
    [InlineData(Ids, -10, "quiet intel_iommu=on iommu=pt", true)]
    [InlineData(Ids, -10, "quiet", true)]
    [InlineData(Ids, -10, null, null)]
    [InlineData(Ids, 10, null, true)]
    [InlineData(Ids, null, "quiet intel_iommu=on", null)]
    [InlineData("options kvm ignore_msrs=1", 10, "quiet intel_iommu=on", false)]
    [InlineData("blacklist softdog", 10, "quiet intel_iommu=on", false)]
    [InlineData("", null, "quiet intel_iommu=on", false)]
    public void What_was_changed_since_the_boot_is_pending(string settings, int? modified, string? next, bool? pending)
    {
        var verdict = Verdict(settings, image: null, "quiet intel_iommu=on", modified: modified, next: new NextBoot
        {
            Loader = BootLoader.Grub,
            Entry = "0",
            Line = next is null ? null : KernelCommandLine.Parse(next),
        });

        Assert.Equal(pending, verdict.IsPending);
    }

    [Theory]
    [InlineData("iommu=pt", "iommu=pt quiet", true)]
    [InlineData("quiet", "splash", false)]
    [InlineData("iommu=pt", "quiet", null)]
    public void Entries_that_agree_are_as_good_as_one(string one, string other, bool? pending)
    {
        var next = new NextBoot { Loader = BootLoader.SystemdBoot, Candidates = [KernelCommandLine.Parse(one), KernelCommandLine.Parse(other)] };

        Assert.Equal(pending, Verdict("", image: null, "quiet", next: next).IsPending);
    }

    [Fact]
    public void A_file_that_was_removed_is_pending()
    {
        var image = Image("", "etc/modprobe.d/gone.conf=options,vfio-pci,ids=10de:1b81") with { WrittenAt = At(-10) };

        Assert.True(Verdict("", image, "quiet", next: new NextBoot { Loader = BootLoader.Grub, Entry = "0", Line = KernelCommandLine.Parse("quiet") }).IsPending);
    }

    [Theory]
    [InlineData("blacklist nouveau\n", "", null, "nouveau True")]
    [InlineData("install nouveau /bin/false\n", "", null, "nouveau True")]
    [InlineData("", "modprobe.blacklist=nouveau", null, "nouveau True")]
    [InlineData("blacklist nouveau\n", "", 10, "")]
    [InlineData("blacklist nvidia*\nblacklist softdog\nblacklist other\n", "", null, "")]
    public void Blacklisted_is_what_drives_an_expected_device(string settings, string line, int? modified, string expected)
    {
        var verdict = Verdict(Ids + settings, image: null, line, modified: modified);

        Assert.Equal(expected, string.Join(' ', verdict.Blacklisted.Select(module => $"{module.Module} {module.IsLoaded}")));
    }

    [Theory]
    [InlineData("options vfio-pci ids=8086:1533\n", "vfio-pci.ids=10de:1b81", "overrules")]
    [InlineData("options vfio-pci ids=10de:1b81, 10de:10f0\n", "", "does not get 10de:10f0")]
    [InlineData(Ids + "blacklist nouv*\n", "", "blacklist nouveau")]
    public void What_has_no_effect_is_told(string settings, string line, string expected) =>
        Assert.Contains(Verdict(settings, image: null, line).Idle, idle => $"{idle.Cause} {idle.Edit}".Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("etc/default/grub", BootLoader.Grub, false, "update-grub")]
    [InlineData("etc/default/grub", BootLoader.Grub, true, "grubby")]
    [InlineData("etc/default/grub", BootLoader.SystemdBoot, false, "/etc/kernel/cmdline")]
    [InlineData("etc/default/grub", BootLoader.Limine, false, "/etc/default/limine")]
    [InlineData("etc/kernel/cmdline", BootLoader.SystemdBoot, false, "kernel-install")]
    [InlineData("etc/kernel/cmdline", BootLoader.Syslinux, false, "append line")]
    public void Words_that_do_not_reach_the_next_boot_are_told(string file, BootLoader loader, bool entryFile, string expected)
    {
        var next = new NextBoot { Loader = loader, Entry = "0", IsEntryFile = entryFile, Line = KernelCommandLine.Parse("quiet") };
        var idle = Assert.Single(Verdict("", image: null, "quiet", next: next, sources: new NextCommandLine(file, KernelCommandLine.Parse("quiet iommu=pt"))).Idle);

        Assert.Contains(expected, idle.Edit, StringComparison.Ordinal);
        Assert.Contains("iommu=pt", idle.Cause, StringComparison.Ordinal);
    }

    private static BootVerdict Verdict(
        string settings,
        InitramfsFacts? image,
        string line,
        KernelDrivers? drivers = null,
        int? modified = null,
        NextBoot? next = null,
        string driver = "nouveau",
        string? driverOverride = null,
        Func<BootFacts, BootFacts>? change = null,
        params NextCommandLine[] sources)
    {
        const string file = "etc/modprobe.d/vfio.conf";
        var text = new ModprobeText();
        text.Add(file, settings);
        var function = Some.Function(Gpu) with { Vendor = 0x10de, Device = 0x1b81, Class = new PciClass(0x030000), Driver = new PciDriver(driver, PciDriver.IsVfioName(driver)), DriverOverride = driverOverride, HeaderType = 0 };
        var facts = Some.Facts(function) with
        {
            Kernel = new KernelFacts { Release = "6.12", CommandLine = KernelCommandLine.Parse(line), Modules = new KernelModules(["nouveau", "softdog"], []) },
            Boot = (change ?? (boot => boot))(new BootFacts
            {
                Modules = text.ToConfiguration(),
                BootedAt = Boot,
                ModifiedAt = At(modified) is { } time ? [new FileTime(file, time)] : [],
                Images = image is null ? [] : [image],
                Kernels = [drivers ?? Drivers(null)],
                Next = next,
                Sources = [.. sources],
            }),
        };
        return Diagnosis.Assess(facts).Boot!;
    }

    private static KernelDrivers Drivers(string? builtIn) => new()
    {
        Release = "6.12",
        AllComplete = true,
        Drivers = builtIn is null
            ? [new HostDriver("nouveau", [Some.Address(Gpu)], null, ["drm"])]
            : [new HostDriver(builtIn.Contains("xhci", StringComparison.Ordinal) ? "xhci_pci" : "nouveau", [Some.Address(Gpu)], builtIn, [])],
    };

    /// <summary>Files as <c>name</c> or <c>name=content</c> between blanks; a comma is a blank of the content.</summary>
    private static InitramfsFacts Image(string settings, string files) => Tests.Facts.Boot.Image.Read(Tests.Facts.Boot.Image.Archive(
    [
        ("etc/modprobe.d/vfio.conf", settings),
        .. files.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(file => file.Split('=', 2))
            .Select(file => (file[0], file.Length > 1 ? file[1].Replace(',', ' ').Replace("\\n", "\n", StringComparison.Ordinal) + "\n" : "")),
    ]));

    private static DateTimeOffset? At(int? seconds) => seconds is { } after ? Boot.AddSeconds(after) : null;
}
