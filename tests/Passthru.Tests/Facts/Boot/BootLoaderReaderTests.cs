using Passthru.Facts.Boot;
using Passthru.Facts.Files;
using Passthru.Facts.Kernel;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot;

/// <summary>What the files of the boot loader in use say of the next boot.</summary>
public sealed class BootLoaderReaderTests
{
    private const string Grub = "BOOT_IMAGE=/boot/vmlinuz-6.12 root=/dev/sda1 ro";
    private const string SystemdBoot = "initrd=\\EFI\\proxmox\\6.8.12-4-pve\\initrd.img root=ZFS=rpool/ROOT/pve-1 boot=zfs";
    private readonly FakeFiles _tree = new();

    [Fact]
    public void Grub_has_a_menu_and_defaults()
    {
        _tree.With("boot/grub/grub.cfg", "menuentry 'Debian' {\n\tlinux\t/boot/vmlinuz-6.12 root=UUID=1 ro quiet intel_iommu=on $vt_handoff\n\tinitrd\t/boot/x\n}\n\tlinux /other single\n")
            .With("etc/default/grub", "GRUB_DEFAULT=0\n#GRUB_CMDLINE_LINUX=\"no\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n")
            .With("etc/default/grub.d/a.cfg", "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT iommu=pt\"\n")
            .With("etc/default/grub.d/b.cfg.dpkg-old", "GRUB_CMDLINE_LINUX_DEFAULT=\"no\"\n")
            .With("etc/kernel/cmdline", "not of GRUB");

        Assert.Equal(["boot/grub/grub.cfg: root=UUID=1 ro quiet intel_iommu=on", "etc/default/grub: quiet iommu=pt"], Lines(Grub));
    }

    [Fact]
    public void Grub_may_take_entries_from_files()
    {
        _tree.With("boot/grub2/grub.cfg", "insmod blscfg\nblscfg\n")
            .With("etc/default/grub", "GRUB_CMDLINE_LINUX=\"old\"\n")
            .With("boot/loader/entries/0123-6.11.conf", "title Fedora\nversion 6.11\noptions root=UUID=1 ro first\n")
            .With("boot/loader/entries/0123-6.12.conf", "title Fedora\nversion 6.12\noptions root=UUID=1 ro $tuned_params\noptions iommu=pt\n")
            .With("boot/loader/entries/0123-6.13.conf", "options last\n")
            .With("boot/loader/entries/README", "options none\n");

        Assert.Equal(["boot/loader/entries/0123-6.12.conf: root=UUID=1 ro iommu=pt"], Lines(Grub, "6.12"));
        Assert.Equal(["boot/loader/entries/0123-6.13.conf: last"], Lines(Grub, "6.20"));
    }

    [Fact]
    public void Without_GRUB_it_is_a_line_for_all_kernels_and_entries()
    {
        _tree.With("etc/default/grub", "GRUB_CMDLINE_LINUX=\"not of systemd-boot\"\n")
            .With("etc/kernel/cmdline", "# a note\nroot=ZFS=rpool/ROOT/pve-1 boot=zfs\n iommu=pt\n");

        Assert.Equal(["etc/kernel/cmdline: root=ZFS=rpool/ROOT/pve-1 boot=zfs iommu=pt"], Lines(SystemdBoot));
    }

    [Fact]
    public void A_script_that_does_more_is_not_understood()
    {
        _tree.With("etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"$(cat /etc/more)\"\n");

        Assert.Equal(["etc/default/grub: ?"], Lines(Grub));
    }

    [Fact]
    public void No_file_says_nothing() => Assert.Empty(Lines(Grub));

    private IEnumerable<string> Lines(string running, string? release = null)
    {
        var files = new HostFiles(_tree, Patience.Unlimited);
        var next = BootLoaderReader.Read(files, KernelCommandLine.Parse(running), release);
        Assert.Empty(files.Issues);
        return next.Select(line => $"{line.File}: {(line.Line is { } parsed ? Text(parsed) : "?")}");
    }

    private static string Text(KernelCommandLine line) =>
        string.Join(' ', line.Parameters.Select(parameter => parameter.Value is null ? parameter.Name : $"{parameter.Name}={parameter.Value}"));
}
