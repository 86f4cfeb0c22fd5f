using System.Text;
using Passthru.Exporter.Commands;
using Passthru.Facts.Capture;
using Passthru.Tests.Facts.Boot;
using Passthru.Tests.Facts.KernelLog;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>From files of the boot and of the kernel's log to the page, and what a capture of them gives away.</summary>
public sealed class BootPageTests
{
    private const string Menu = "\tlinux\t/boot/vmlinuz root=UUID=12345 ro quiet intel_iommu=on token=hidden vfio-pci.ids=\"10de:1b81,10de:10f0\"\n";

    private readonly FakeTree _tree = new FakeTree()
        .WithDirectory("sys/bus")
        .WithLink("sys/bus/pci/devices/0000:01:00.0", "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0")
        .With("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/class", "0x030000\n")
        .With("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/vendor", "0x10de\n")
        .With("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/device", "0x1b81\n")
        .With("lib/modules/6.12.57/modules.alias", "alias pci:v000010DEd*sv*sd*bc03sc*i* nouveau\nalias pci:v000010DEd00001B81sv*sd*bc03sc*i* nvidia\nalias pci:v00008086d*sv*sd*bc*sc*i* hidden\n")
        .With("lib/modules/6.12.57/modules.builtin.modinfo", "hidden.alias=pci:v00008086d*sv*sd*bc*sc*i*\0iommufd.license=GPL\0")
        .With("lib/modules/6.12.57/modules.dep", "kernel/nouveau.ko: kernel/drm.ko\nkernel/hidden.ko:\n")
        .With("sys/module/nouveau/uevent", "")
        .With("proc/sys/kernel/osrelease", "6.12.57\n")
        .With("lib/modules/6.12.57/modules.builtin", "kernel/drivers/iommu/iommufd/iommufd.ko\n")
        .With("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=UUID=12345 quiet intel_iommu=on\n")
        .With("proc/stat", "cpu  1 2 3\nbtime 1000000\nprocesses 5\n")
        .With("etc/modprobe.d/vfio.conf", "options vfio-pci ids=10de:1b81\nblacklist nouveau\nblacklist nvidia\n")
        .Modified("etc/modprobe.d/vfio.conf", 999_000)
        .With("boot/grub/grub.cfg", "menuentry 'Debian' {\n" + Menu + "}\n")
        .With("boot/initrd.img-6.12.57", Image.Gzip(Image.Archive(("conf/initramfs.conf", ""), ("etc/modprobe.d/vfio.conf", "blacklist nvidia\n"), ("lib/modules/6.12.57/nouveau.ko", ""), ("etc/shadow", "hidden"))))
        .With("dev/kmsg", Logged.Records("hidden\nvfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\nDMAR-IR: Not enabling interrupt remapping"));

    [Fact]
    public async Task The_page_tells_what_is_stale_pending_loaded_and_logged()
    {
        var page = await Read.Page(_tree);

        Assert.Contains("\npassthru_initramfs_stale{kernel=\"6.12.57\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npassthru_initramfs_info{kernel=\"6.12.57\",image=\"boot/initrd.img-6.12.57\",evidence=\"content\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npassthru_blacklisted_module_loaded{module=\"nouveau\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npassthru_blacklisted_module_loaded{module=\"nvidia\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("\npassthru_boot_config_pending 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npassthru_kernel_events_total{event=\"reset_failed\",device=\"0000:01:00.0\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npassthru_kernel_events_total{event=\"irq_remapping_unavailable\",device=\"\"} 1\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("passthru_kernel_log_records_lost_total", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capture_tells_the_same_and_nothing_of_the_rest()
    {
        var recording = new RecordingTree(_tree);
        var page = await Read.Page(recording);
        using var directory = new TemporaryDirectory();
        var capture = Path.Join(directory.Path, "capture.tar");
        using (var tar = File.Create(capture))
        {
            recording.WriteTo(tar, "test", new Redact(Some.Facts()));
        }

        Assert.Equal(page, await Read.Page(FileTree.Open(capture)));
        Assert.DoesNotContain("hidden", await File.ReadAllTextAsync(capture, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("12345", await File.ReadAllTextAsync(capture, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_image_that_is_none_nothing_is_concluded()
    {
        _tree.With("boot/initrd.img-6.12.57", "no image").Modified("boot/initrd.img-6.12.57", 999_500);
        var page = await Read.Page(_tree);

        Assert.DoesNotContain("\npassthru_initramfs_stale{", page, StringComparison.Ordinal);
        Assert.Contains("evidence=\"unread\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("boot/grub/grub.cfg", Menu, "\tlinux\t/boot/vmlinuz root=redacted ro quiet intel_iommu=on token=redacted vfio-pci.ids=\"10de:1b81,10de:10f0\"\n")]
    [InlineData("etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt token=hidden\"\n", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt token=redacted\"\n")]
    [InlineData("etc/default/grub.d/a.cfg", "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX a=b\"", "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX a=redacted\"")]
    [InlineData("boot/grub/grub.cfg", "linux /x a=\"hidden words\" b='hidden words' iommu=\"pt\" c\n", "linux /x a=redacted b=redacted iommu=\"pt\" c\n")]
    [InlineData("etc/default/grub", "GRUB_CMDLINE_LINUX=\"a=\\\"hidden words\\\" b\"\n", "GRUB_CMDLINE_LINUX=\"a=redacted b\"\n")]
    [InlineData("etc/kernel/cmdline", "a=\"hidden", "a=redacted")]
    [InlineData("etc/kernel/cmdline", "root=ZFS=rpool/ROOT boot=zfs iommu=pt", "root=redacted boot=redacted iommu=pt")]
    [InlineData("boot/loader/entries/x.conf", "options root=/dev/x quiet", "options root=redacted quiet")]
    public void What_a_boot_loader_passes_on_is_redacted_as_the_command_line_is(string path, string content, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(new Redact(Some.Facts()).Content(path, Encoding.UTF8.GetBytes(content))));
}
