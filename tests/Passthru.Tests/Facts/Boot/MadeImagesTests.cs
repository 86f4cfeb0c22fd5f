using System.Diagnostics;
using Passthru.Facts.Boot;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Findings;
using Passthru.Findings.Boot;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot;

/// <summary>
/// Images that mkinitramfs and dracut make of a host's settings, in a mount namespace where that host's directories are in
/// place: as root only.
/// </summary>
public sealed class MadeImagesTests : IClassFixture<MadeImagesTests.Images>
{
    private const string Release = "6.1.0-passthru";
    private readonly Images _images;

    public MadeImagesTests(Images images)
    {
        images.SkipWithoutThem();
        _images = images;
    }

    [Theory]
    [InlineData("initrd.gzip")]
    [InlineData("initrd.xz")]
    [InlineData("initrd.zstd")]
    [InlineData("initrd.lz4")]
    [InlineData("initrd.bzip2")]
    [InlineData("initrd.lzma")]
    [InlineData("dracut.host")]
    public void An_image_with_the_settings_keeps_the_driver_off_until_they_are_changed(string image)
    {
        Assert.False(IsLost(image, Images.Settings));
        Assert.False(IsLost(image, Images.Settings + "blacklist nvidia\n"));
        Assert.False(IsLost(image, ""));
    }

    [Fact]
    public void An_image_for_any_host_has_the_driver_and_no_settings()
    {
        Assert.True(IsLost("dracut.generic", Images.Settings));
        Assert.False(IsLost("dracut.generic", Images.Settings, "rd.driver.blacklist=nouveau"));
    }

    private bool? IsLost(string image, string settings, string line = "")
    {
        var tree = new FakeTree()
            .With($"boot/initrd.img-{Release}", File.ReadAllBytes(Path.Join(_images.Directory, image)))
            .With($"lib/modules/{Release}/modules.alias", "alias pci:v000010DEd*sv*sd*bc03sc*i* nouveau\n")
            .With("etc/modprobe.d/vfio.conf", settings);
        var function = Some.Function() with { Vendor = 0x10de, Device = 0x1b81, Class = new PciClass(0x030000), HeaderType = 0 };
        var boot = BootReader.Read(new HostReader(tree, ReadAttempt.Unlimited), Release, KernelCommandLine.Parse(line), [function]);
        Assert.Superset(new HashSet<string> { "vfio_pci", "nouveau" }, boot.Images[0].Carried.ToHashSet());
        var race = Assert.Single(Diagnosis.Assess(Some.Facts(function) with { Kernel = new KernelFacts { Release = Release, CommandLine = KernelCommandLine.Parse(line) }, Boot = boot }).Boot!.Races);
        Assert.Equal(InitramfsEvidence.Content, race.Evidence);
        return race.IsLost;
    }

    /// <summary>Made once, for they take seconds each.</summary>
    public sealed class Images : IDisposable
    {
        public const string Settings = "options vfio-pci ids=10de:1b81,10de:10f0\nblacklist nouveau\nsoftdep nvidia pre: vfio-pci\n";

        private const string Script = $$"""
            set -e
            w=$1 release={{Release}}
            drivers=$w/modules/$release/kernel/drivers
            mkdir -p $drivers/vfio/pci $drivers/gpu $w/modprobe.d $w/boot $w/conf/scripts $w/conf/hooks $w/conf/conf.d
            echo 'int init_module(void) { return 0; }' > $w/module.c
            clang -c -o $drivers/vfio/pci/vfio-pci.ko $w/module.c
            cp $drivers/vfio/pci/vfio-pci.ko $drivers/gpu/nouveau.ko
            touch $w/modules/$release/modules.builtin $w/modules/$release/modules.order $w/modules/$release/modules.builtin.modinfo
            printf 'CONFIG_RD_%s=y\n' GZIP XZ ZSTD LZ4 BZIP2 LZMA > $w/boot/config-$release
            printf 'vfio-pci\nnouveau\n' > $w/conf/modules
            printf 'MODULES=list\nBUSYBOX=n\nCOMPRESS=gzip\n' > $w/conf/initramfs.conf
            mount --bind $w/modprobe.d /etc/modprobe.d
            mount --bind $w/boot /boot
            mkdir -p /lib/modules
            mount --bind $w/modules /lib/modules
            depmod $release
            for compression in gzip xz zstd lz4 bzip2 lzma; do mkinitramfs -d $w/conf -c $compression -o $w/initrd.$compression $release; done
            dracut --force --hostonly --no-hostonly-cmdline -m kernel-modules --add-drivers "vfio-pci nouveau" --compress xz $w/dracut.host $release
            dracut --force --no-hostonly -m kernel-modules --add-drivers "vfio-pci nouveau" --compress zstd $w/dracut.generic $release
            """;

        private readonly TemporaryDirectory _directory = new();
        private bool _made;

        public string Directory => _directory.Path;

        public void SkipWithoutThem()
        {
            foreach (var program in (string[])["mkinitramfs", "dracut", "depmod", "clang", "xz", "zstd", "lz4", "bzip2", "lzma", "unshare"])
            {
                Tools.SkipWithout(program);
            }

            Assert.SkipUnless(Environment.IsPrivilegedProcess, "images are made as root only");
            Assert.SkipUnless(System.IO.Directory.Exists("/etc/modprobe.d") && Run("unshare", "-m", "true").Code == 0, "no mount namespace can be made here");
            if (_made)
            {
                return;
            }

            System.IO.Directory.CreateDirectory(Path.Join(Directory, "modprobe.d"));
            File.WriteAllText(Path.Join(Directory, "modprobe.d/vfio.conf"), Settings);
            var (code, said) = Run("unshare", "-m", "bash", "-c", Script, "images", Directory);
            Assert.True(code == 0, said);
            _made = true;
        }

        public void Dispose() => _directory.Dispose();

        private static (int Code, string Said) Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
    }
}
