using Passthru.Facts.Boot;
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
        { Ids, Ids + "blacklist nouveau\n", "", $"{Nouveau} buildconfig config=MODULES=\"nouveau\"", true },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} etc/cmdline.d/20-force_drivers.conf=rd.driver.pre=vfio-pci", false },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} usr/lib/modules-load.d/MODULES.conf=vfio_pci", null },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} {InitramfsTools} conf/modules=vfio_pci", true },
        { Ids, Ids, "", $"{Nouveau} {VfioPci} nix/store/x-stage-1-init.sh=for,i,in,vfio_pci,vfio;", false },

        // driver_override, before udev or at a time that is open.
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/10-vfio.rules=KERNEL==\"{Gpu}\",ATTR{{driver_override}}=\"vfio-pci\"", false },
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/10-vfio.rules=KERNEL==\"0000:01:00.[01]\",ATTR{{driver_override}}=\"vfio-pci\"", false },
        { Ids, "", "", $"{Nouveau} etc/udev/rules.d/10-vfio.rules=KERNEL==\"0000:02:00.0\",ATTR{{driver_override}}=\"vfio-pci\"", true },
        { Ids, "", "", $"{Nouveau} scripts/init-top/vfio=echo,vfio-pci,>/sys/bus/pci/devices/{Gpu}/driver_override", null },
    };

    [Theory]
    [MemberData(nameof(Races))]
    public void The_first_driver_that_may_bind_has_the_device(string host, string image, string line, string files, bool? lost)
    {
        var race = Assert.Single(Verdict(host, Image(image, files), line).Races);

        Assert.Equal((lost, InitramfsEvidence.Content), (race.IsLost, race.Evidence));
        Assert.Equal(lost == true ? "nouveau" : null, race.Devices.FirstOrDefault(device => device.Outcome == RaceOutcome.HostDriver)?.Driver);
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
    [InlineData(10, 20, false)]
    [InlineData(20, 10, true)]
    [InlineData(20, null, null)]
    [InlineData(null, 10, null)]
    public void Where_an_image_cannot_be_read_its_age_decides(int? settings, int? image, bool? lost)
    {
        var race = Assert.Single(Verdict(Ids + "blacklist nouveau\n", new InitramfsFacts { Path = "boot/initrd", Kernel = "6.12", WrittenAt = At(image) }, "", modified: settings).Races);

        Assert.Equal((lost, InitramfsEvidence.Age), (race.IsLost, race.Evidence));
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
        params NextCommandLine[] sources)
    {
        const string file = "etc/modprobe.d/vfio.conf";
        var text = new ModprobeText();
        text.Add(file, settings);
        var function = Some.Function(Gpu) with { Vendor = 0x10de, Device = 0x1b81, Driver = new PciDriver(driver, PciDriver.IsVfioName(driver)), HeaderType = 0 };
        var facts = Some.Facts(function) with
        {
            Kernel = new KernelFacts { Release = "6.12", CommandLine = KernelCommandLine.Parse(line), Modules = new KernelModules(["nouveau", "softdog"], []) },
            Boot = new BootFacts
            {
                Modules = text.ToConfiguration(),
                BootedAt = Boot,
                ModifiedAt = At(modified) is { } time ? [new FileTime(file, time)] : [],
                Images = image is null ? [] : [image],
                Kernels = [drivers ?? Drivers(null)],
                Next = next,
                Sources = [.. sources],
            },
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
            .Select(file => (file[0], file.Length > 1 ? file[1].Replace(',', ' ') + "\n" : "")),
    ]));

    private static DateTimeOffset? At(int? seconds) => seconds is { } after ? Boot.AddSeconds(after) : null;
}
