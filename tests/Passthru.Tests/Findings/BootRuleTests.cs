using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Kernel;
using Passthru.Findings;

namespace Passthru.Tests.Findings;

/// <summary>Whether what is configured for boot is what holds.</summary>
public sealed class BootRuleTests
{
    private const string Vfio = "options vfio-pci ids=10de:1b81\nblacklist nouveau\nsoftdep nvidia pre: vfio-pci\n";
    private static readonly DateTimeOffset Boot = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    [Theory]
    [InlineData(Vfio, Vfio, false)]
    [InlineData(Vfio, "blacklist  nouveau\nsoftdep nvidia pre: vfio_pci\noptions vfio_pci   ids=10de:1b81\n", false)]
    [InlineData(Vfio + "options kvm ignore_msrs=1\n", Vfio, false)]
    [InlineData(Vfio, "", true)]
    [InlineData(Vfio + "blacklist nvidia\n", Vfio, true)]
    [InlineData(Vfio + "install nvidia /bin/false\n", Vfio, true)]
    [InlineData("", Vfio, true)]
    [InlineData("", "blacklist of-the-image\n", false)]
    [InlineData("", "", false)]
    public void An_image_that_copies_settings_must_have_the_same(string host, string image, bool stale)
    {
        var verdict = BootRule.Of(Facts(host, Image(image, copies: true)), Kernel());

        Assert.Equal((stale, InitramfsEvidence.Content), (verdict.InitramfsStale, verdict.Evidence));
    }

    [Theory]
    [InlineData("options vfio-pci ids=10de:1b81", "vfio_pci", true)]
    [InlineData("options vfio-pci ids=10de:1b81", "nvme", false)]
    [InlineData("blacklist nouveau", "nouveau", true)]
    [InlineData("blacklist nouveau", "amdgpu", false)]
    [InlineData("softdep nvidia* pre: vfio-pci", "nvidia_drm", true)]
    [InlineData("softdep nvidia* pre: vfio-pci", "nouveau", false)]
    public void Of_an_image_for_any_host_only_the_modules_inside_matter(string host, string carried, bool stale) =>
        Assert.Equal(stale, BootRule.Of(Facts(host, Image("", copies: false, carried)), Kernel()).InitramfsStale);

    [Theory]
    [InlineData("usr/lib/modprobe.d/kmod-blacklist.conf", "blacklist nouveau\n", false)]
    [InlineData("usr/lib/modprobe.d/vendor.conf", "options vfio-pci ids=10de:1b81\n", true)]
    [InlineData("run/modprobe.d/vfio.conf", "options vfio-pci ids=10de:1b81\n", false)]
    public void Of_a_distribution_s_own_files_only_what_is_of_VFIO_must_be_inside(string file, string settings, bool stale) =>
        Assert.Equal(stale, BootRule.Of(Facts(settings, Image("", copies: true), file), Kernel()).InitramfsStale);

    [Fact]
    public void Options_of_what_is_built_in_do_not_count()
    {
        var facts = Facts("options vfio-pci ids=10de:1b81", Image("", copies: true));

        Assert.True(BootRule.Of(facts, Kernel()).InitramfsStale);
        Assert.False(BootRule.Of(facts, Kernel(builtIn: ["vfio_pci"])).InitramfsStale);
    }

    [Fact]
    public void What_no_image_ever_carries_does_not_make_it_stale()
    {
        var facts = Facts(Vfio, Image("", copies: true), file: "run/modprobe.d/vfio.conf");

        Assert.False(BootRule.Of(facts, Kernel()).InitramfsStale);
    }

    [Theory]
    [InlineData(10, 20, false)]
    [InlineData(20, 10, true)]
    [InlineData(20, null, null)]
    [InlineData(null, 10, null)]
    public void Where_an_image_cannot_be_read_its_age_decides(int? settings, int? image, bool? stale)
    {
        var facts = Facts(Vfio, new InitramfsFacts { Path = "boot/initrd", Kernel = "6.12", WrittenAt = At(image) }, modified: settings);
        var verdict = BootRule.Of(facts, Kernel());

        Assert.Equal((stale, InitramfsEvidence.Age), (verdict.InitramfsStale, verdict.Evidence));
    }

    [Fact]
    public void Without_an_image_nothing_is_stale()
    {
        var verdict = BootRule.Of(Facts(Vfio, image: null), Kernel());

        Assert.Equal((null, InitramfsEvidence.None), (verdict.InitramfsStale, verdict.Evidence));
    }

    [Theory]
    [InlineData(Vfio, 10, "quiet intel_iommu=on", true)]
    [InlineData(Vfio, -10, "quiet intel_iommu=on", false)]
    [InlineData(Vfio, -10, "splash intel-iommu=on root=/dev/sdb", false)]
    [InlineData(Vfio, -10, "quiet intel_iommu=on iommu=pt", true)]
    [InlineData(Vfio, -10, "quiet", true)]
    [InlineData(Vfio, -10, "quiet intel_iommu=off", true)]
    [InlineData(Vfio, -10, null, null)]
    [InlineData(Vfio, 10, null, true)]
    [InlineData(Vfio, null, "quiet intel_iommu=on", null)]
    [InlineData(Vfio, null, "quiet", true)]
    [InlineData("options kvm ignore_msrs=1", 10, "quiet intel_iommu=on", false)]
    [InlineData("", null, "quiet intel_iommu=on", false)]
    public void What_was_changed_since_the_boot_is_pending(string settings, int? modified, string? next, bool? pending)
    {
        var facts = Facts(settings, image: null, modified: modified) with
        {
            NextCommandLines = [new NextCommandLine("boot/grub/grub.cfg", next is null ? null : KernelCommandLine.Parse(next))],
        };

        Assert.Equal(pending, BootRule.Of(facts, Kernel()).IsPending);
    }

    [Fact]
    public void Without_a_boot_loader_that_is_known_nothing_can_be_told() => Assert.Null(BootRule.Of(Facts("", image: null), Kernel()).IsPending);

    [Fact]
    public void One_of_several_lines_that_differs_is_enough()
    {
        var facts = Facts("", image: null) with
        {
            NextCommandLines =
            [
                new NextCommandLine("boot/grub/grub.cfg", KernelCommandLine.Parse("intel_iommu=on")),
                new NextCommandLine("etc/default/grub", KernelCommandLine.Parse("intel_iommu=on vfio-pci.ids=10de:1b81")),
            ],
        };

        Assert.True(BootRule.Of(facts, Kernel()).IsPending);
    }

    [Fact]
    public void Blacklisted_modules_are_loaded_or_not()
    {
        var facts = Facts("blacklist nouveau\nblacklist nvidia\nblacklist nouveau\nblacklist i2c-nvidia-gpu\n", image: null);
        var verdict = BootRule.Of(facts, Kernel(loaded: ["nouveau", "i2c_nvidia_gpu", "nvme"]));

        Assert.Equal(
            [new BlacklistedModule("i2c_nvidia_gpu", true), new BlacklistedModule("nouveau", true), new BlacklistedModule("nvidia", false)],
            verdict.Blacklisted);
    }

    [Fact]
    public void Long_lists_of_a_distribution_show_only_what_is_loaded()
    {
        var lines = string.Concat(Enumerable.Range(0, 100).Select(i => $"blacklist fb{i:000}\n"));

        Assert.Equal(["fb007"], Blacklisted("usr/lib/modprobe.d/fb.conf"));
        Assert.Equal(32, Blacklisted("etc/modprobe.d/fb.conf").Count(name => name != "fb007"));
        Assert.Contains("fb007", Blacklisted("etc/modprobe.d/fb.conf"));

        IEnumerable<string> Blacklisted(string file) =>
            BootRule.Of(Facts(lines, image: null, file), Kernel(loaded: ["fb007"])).Blacklisted.Select(module => module.Module);
    }

    [Fact]
    public void Without_the_modules_of_the_kernel_nothing_is_said_of_them() =>
        Assert.Empty(BootRule.Of(Facts(Vfio, image: null), kernel: null).Blacklisted);

    private static BootFacts Facts(string settings, InitramfsFacts? image, string file = "etc/modprobe.d/vfio.conf", int? modified = null) => new()
    {
        Modules = Modules(file, settings),
        Initramfs = image,
        BootedAt = Boot,
        ModifiedAt = At(modified) is { } time ? [new FileTime(file, time)] : [],
    };

    private static InitramfsFacts Image(string settings, bool copies, params string[] carried) => new()
    {
        Path = "boot/initrd.img-6.12",
        Kernel = "6.12",
        Modules = Modules("etc/modprobe.d/any.conf", settings),
        CopiesConfiguration = copies,
        Carried = [.. carried],
    };

    private static ModuleConfiguration Modules(string file, string settings)
    {
        var text = new ModprobeText();
        text.Add(file, settings);
        return text.ToConfiguration();
    }

    private static DateTimeOffset? At(int? seconds) => seconds is { } after ? Boot.AddSeconds(after) : null;

    private static KernelFacts Kernel(string[]? loaded = null, params string[] builtIn) => new()
    {
        CommandLine = KernelCommandLine.Parse("BOOT_IMAGE=/vmlinuz root=/dev/sda quiet intel_iommu=on"),
        Modules = new KernelModules([.. loaded ?? []], [.. builtIn]),
    };
}
