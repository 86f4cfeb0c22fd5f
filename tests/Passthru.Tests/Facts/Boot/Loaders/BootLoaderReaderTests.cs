using System.Buffers.Binary;
using System.Text;
using Passthru.Exporter.Commands;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Capture;
using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot.Loaders;

/// <summary>What starts next, as the files of each boot loader say.</summary>
public sealed class BootLoaderReaderTests
{
    private const string Grub = "BOOT_IMAGE=/boot/vmlinuz-6.12 root=/dev/sda1 ro";
    private const string Efi = "initrd=\\initramfs-linux.img root=/dev/sda1";
    private const string Loader = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    private const string Menu = """
        set default="DEFAULT"
        menuentry 'Debian GNU/Linux' --class os $menuentry_id_option 'first' {
          linux /boot/vmlinuz-6.12 root=UUID=1 ro one $vt_handoff ${more}
          initrd /boot/initrd.img-6.12
        }
        submenu "Advanced options" $menuentry_id_option 'advanced' {
          menuentry 'old' --id 'old-id' {
            linux /boot/vmlinuz-6.1 two
          }
          menuentry 'older' --id 'older-id' {
            linux /boot/vmlinuz-5.10 three
          }
        }
        menuentry 'Windows' {
          chainloader /bootmgr
        }
        """;

    private readonly FakeTree _tree = new();

    [Theory]
    [InlineData("0", "first: root=UUID=1 ro one")]
    [InlineData("", "first: root=UUID=1 ro one")]
    [InlineData("1>1", "older-id: three")]
    [InlineData("advanced>older-id", "older-id: three")]
    [InlineData("Advanced options>old", "old-id: two")]
    [InlineData("1", "old-id: two")]
    [InlineData("Debian GNU/Linux", "first: root=UUID=1 ro one")]
    [InlineData("2", "Windows: ?")]
    [InlineData("gone", "first: root=UUID=1 ro one")]
    public void The_default_of_GRUB_is_a_number_a_title_or_an_id(string wish, string expected)
    {
        _tree.With("boot/grub/grub.cfg", Menu.Replace("DEFAULT", wish, StringComparison.Ordinal));

        Assert.Equal(expected, Next(Grub));
    }

    [Theory]
    [InlineData("saved_entry=advanced>older-id\n", "older-id: three")]
    [InlineData("saved_entry=first\nnext_entry=old-id\n", "first: root=UUID=1 ro one")]
    [InlineData("saved_entry=first\nnext_entry=advanced>old-id\n", "old-id: two")]
    [InlineData("saved_entry=first\nmore=iommu=pt quiet\n", "first: root=UUID=1 ro one iommu=pt quiet")]
    public void The_environment_block_has_what_was_chosen(string environment, string expected)
    {
        const string choice = "if [ \"${next_entry}\" ] ; then\n set default=\"${next_entry}\"\nelse\n set default=\"${saved_entry}\"\nfi\n";
        _tree.With("boot/grub/grub.cfg", choice + Menu.Replace("set default=\"DEFAULT\"", "", StringComparison.Ordinal))
            .With("boot/grub/grubenv", $"# GRUB Environment Block\n{environment}########");

        Assert.Equal(expected, Next(Grub));
    }

    [Theory]
    [InlineData("", "b-6.13: last")]
    [InlineData("saved_entry=b-6.12", "b-6.12: root=UUID=1 ro iommu=pt quiet")]
    [InlineData("saved_entry=1\nkernelopts=other", "b-6.12: root=UUID=1 ro iommu=pt other")]
    public void GRUB_may_take_entries_from_files(string environment, string expected)
    {
        _tree.With("boot/grub2/grub.cfg", "if [ -z \"${kernelopts}\" ]; then\n set kernelopts=\"quiet\"\nfi\nset default=\"${saved_entry}\"\ninsmod blscfg\nblscfg\nmenuentry 'other' {\n linux /x y\n}\n")
            .With("boot/grub2/grubenv", environment)
            .With("boot/loader/entries/b-6.12.conf", "title Fedora\nversion 6.12\nlinux /vmlinuz-6.12\noptions root=UUID=1 ro $tuned_params\noptions iommu=pt $kernelopts\n")
            .With("boot/loader/entries/b-6.13.conf", "linux /vmlinuz-6.13\noptions last\n")
            .With("boot/loader/entries/b-6.9.conf", "linux /vmlinuz-6.9\noptions old\n")
            .With("boot/loader/entries/README", "options none\n");

        Assert.Equal(expected, Next(Grub));
    }

    [Theory]
    [InlineData("", "c.conf: three")]
    [InlineData("default a.conf\n", "a.conf: one")]
    [InlineData("# a note\ndefault\tB*\n", "b-1.conf: two")]
    [InlineData("default b-1\n", "b-1.conf: two")]
    [InlineData("default @saved\n", "?")]
    [InlineData("default auto-windows\n", "auto-windows: ?")]
    [InlineData("default a-shell.conf\n", "a-shell.conf: ?")]
    public void Loader_conf_chooses_by_name_or_pattern(string configuration, string expected)
    {
        WithEntries("boot/loader/entries").With("boot/loader/loader.conf", configuration);

        Assert.Equal(expected, Next(Efi));
    }

    [Theory]
    [InlineData("LoaderEntryDefault", "a.conf: one")]
    [InlineData("LoaderEntryOneShot", "a.conf: one")]
    [InlineData("LoaderEntrySelected", "b-1.conf: two")]
    public void EFI_variables_count_before_loader_conf(string variable, string expected)
    {
        WithEntries("efi/loader/entries").With("efi/loader/loader.conf", "default b-1.conf\n").With(Variable(variable), Utf16("a.conf"));

        Assert.Equal(expected, Next(Efi));
    }

    [Fact]
    public void Of_entries_with_a_sort_key_the_newest_version_is_first_and_a_bad_one_last()
    {
        _tree.With("boot/loader/entries/old.conf", "sort-key x\nversion 6.9\nlinux /k\noptions old\n")
            .With("boot/loader/entries/new.conf", "sort-key x\nversion 6.12\nlinux /k\noptions new\n")
            .With("boot/loader/entries/bad+0-3.conf", "sort-key x\nversion 6.13\nlinux /k\noptions bad\n")
            .With("boot/loader/entries/z.conf", "version 7\nlinux /k\noptions keyless\n");

        Assert.Equal("new.conf: new", Next(Efi));
    }

    [Fact]
    public void A_unified_image_has_its_line_and_add_ons_more()
    {
        _tree.With(Variable("StubInfo"), Utf16("systemd-stub 256"))
            .With("efi/EFI/Linux/arch.efi", Portable((".osrel", "ID=arch\n"), (".uname", "6.12"), (".cmdline", "root=/dev/sda rw\n")))
            .With("efi/loader/addons/vfio.addon.efi", Portable((".cmdline", "vfio-pci.ids=10de:1b81\0")));

        Assert.Equal("arch.efi: root=/dev/sda rw vfio-pci.ids=10de:1b81", Next("root=/dev/sda rw vfio-pci.ids=10de:1b81"));
        Assert.Equal((BootLoader.SystemdStub, true), (Read("x")!.Loader, Read("x")!.HasOwnImage));
    }

    [Fact]
    public void What_is_read_of_a_unified_image_reads_as_the_same()
    {
        var digest = UnifiedImage.Extract(new MemoryStream(Portable((".cmdline", "a b"), (".linux", "kernel"))));

        Assert.Equal(digest, UnifiedImage.Extract(new MemoryStream(digest)));
        Assert.DoesNotContain("kernel", Encoding.ASCII.GetString(digest).Replace("kernel image", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(UnifiedImage.Extract(new MemoryStream(Encoding.ASCII.GetBytes("MZ and no more than that, whatever follows"))));
    }

    [Theory]
    [InlineData("etc/kernel/proxmox-boot-pin", "6.8.12-1-pve")]
    [InlineData("etc/kernel/next-boot-pin", "6.8.12-1-pve")]
    [InlineData("etc/other", "6.14.0-2-pve")]
    public void Proxmox_boots_the_pinned_kernel_or_the_newest(string pin, string kernel)
    {
        _tree.With("etc/kernel/proxmox-boot-uuids", "ABCD-1234\n").With(pin, "6.8.12-1-pve\n")
            .With("boot/vmlinuz-6.8.12-1-pve", "").With("boot/vmlinuz-6.14.0-2-pve", "").With("boot/grub/grub.cfg", Menu);

        Assert.Equal((BootLoader.Grub, kernel, null), (Read(Grub)!.Loader, Read(Grub)!.Kernel, Read(Grub)!.Line));
        Assert.Equal(BootLoader.SystemdBoot, Read(Efi)!.Loader);
    }

    [Theory]
    [InlineData("/+Arch\n//linux\nprotocol: linux\npath: boot():/k\ncmdline: one\n//zen\ncmdline: two\npath: boot():/z\n", "", "Arch/linux: one")]
    [InlineData("/+Arch\n//linux\npath: boot():/k\ncmdline: one\n//zen\ncmdline: two\npath: boot():/z\n", "default_entry: 3\n", "Arch/zen: two")]
    [InlineData("/Arch\npath: boot():/k\ncmdline: one\n/Other\npath: /o\ncmdline: two\n", "default_entry: 2\n", "Other: two")]
    [InlineData("/Arch\npath: boot():/k\ncmdline: one\n/Other\npath: /o\ncmdline: two\n", "remember_last_entry: yes\n", "?")]
    public void Limine_counts_what_its_menu_shows(string entries, string settings, string expected)
    {
        _tree.With("boot/limine.conf", settings + entries);

        Assert.Equal(expected, Next("root=/dev/sda"));
    }

    [Fact]
    public void Old_files_of_Limine_have_colons()
    {
        _tree.With("boot/limine.cfg", "TIMEOUT=3\n:Arch\nPROTOCOL=linux\nKERNEL_PATH=boot:///k\nCMDLINE=one two=3\n");

        Assert.Equal("Arch: one two=3", Next("root=/dev/sda"));
    }

    [Theory]
    [InlineData("default a\nlabel a\n kernel /bzimage\n append initrd=/bzroot one\nlabel b\n kernel /bzimage\n append two\n", "a: initrd=/bzroot one")]
    [InlineData("default menu.c32\nlabel a\n kernel /x\n append one\nlabel b\n menu default\n kernel /x\n append two\n", "b: two")]
    [InlineData("DEFAULT gone\nLABEL a\n LINUX /x\n APPEND one\n", "?")]
    public void Syslinux_has_labels(string menu, string expected)
    {
        _tree.With("boot/syslinux/syslinux.cfg", menu);

        Assert.Equal(expected, Next("BOOT_IMAGE=/bzimage"));
    }

    [Fact]
    public void Refind_gives_the_first_line_of_its_file()
    {
        _tree.With("boot/refind_linux.conf", "\"Boot with standard options\"  \"root=/dev/sda iommu=pt initrd=boot\\x.img\"\n\"single\" \"single\"\n");

        Assert.Equal("Boot with standard options: root=/dev/sda iommu=pt initrd=boot\\x.img", Next("root=/dev/sda"));

        _tree.With("boot/EFI/refind/refind.conf", "menuentry \"Arch\" {\n}\n");

        Assert.Equal("?", Next("root=/dev/sda"));
    }

    [Fact]
    public void NixOS_boots_the_system_of_its_profile()
    {
        _tree.WithLink("run/booted-system", "/nix/store/one").With("run/current-system/kernel-params", "iommu=pt loglevel=4");

        Assert.Equal("iommu=pt loglevel=4", Text(Read("initrd=\\EFI\\nixos\\i.efi")!.Line));

        _tree.With("nix/var/nix/profiles/system/kernel-params", "quiet");

        Assert.Equal("quiet", Text(Read("initrd=\\EFI\\nixos\\i.efi")!.Line));
    }

    [Fact]
    public void What_the_firmware_starts_once_is_not_known()
    {
        WithEntries("boot/loader/entries").With("sys/firmware/efi/efivars/BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c", [7, 0, 0, 0, 2, 0])
            .With("sys/firmware/efi/efivars/BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c", [7, 0, 0, 0, 1, 0]);

        Assert.Equal("?", Next(Efi));
    }

    [Fact]
    public void No_file_says_nothing() => Assert.Null(Read(Grub));

    [Theory]
    [InlineData("6.9", "6.12", -1)]
    [InlineData("6.12", "6.12.1", -1)]
    [InlineData("6.12~rc1", "6.12", -1)]
    [InlineData("arch-lts", "arch", 1)]
    [InlineData("010", "10", 0)]
    public void Versions_are_in_order(string one, string other, int order)
    {
        Assert.Equal(order, Math.Sign(VersionOrder.Instance.Compare(one, other)));
        Assert.Equal(-order, Math.Sign(VersionOrder.Instance.Compare(other, one)));
    }

    private FakeTree WithEntries(string directory) => _tree
        .With($"{directory}/a.conf", "title A\nlinux /vmlinuz-a\ninitrd /a.img\noptions one\n")
        .With($"{directory}/b-1.conf", "title B\nlinux /vmlinuz-b\noptions two\n")
        .With($"{directory}/c.conf", "title C\nlinux /vmlinuz-c\noptions three\n")
        .With($"{directory}/a-shell.conf", "efi /shellx64.efi\n")
        .With($"{directory}/none.txt", "options no\n");

    private static string Variable(string name) => $"sys/firmware/efi/efivars/{name}-{Loader}";

    private static byte[] Utf16(string text) => [7, 0, 0, 0, .. Encoding.Unicode.GetBytes(text + "\0")];

    /// <summary>A PE file of nothing but sections.</summary>
    private static byte[] Portable(params (string Name, string Content)[] sections)
    {
        const int header = 0x40;
        var file = new byte[header + 24 + (40 * sections.Length) + sections.Sum(section => section.Content.Length)];
        file[0x3c] = header;
        "PE\0\0"u8.CopyTo(file.AsSpan(header));
        file[header + 6] = (byte)sections.Length;
        var at = header + 24 + (40 * sections.Length);
        for (var i = 0; i < sections.Length; i++)
        {
            var entry = file.AsSpan(header + 24 + (40 * i));
            Encoding.ASCII.GetBytes(sections[i].Name, entry);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], sections[i].Content.Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry[20..], at);
            Encoding.ASCII.GetBytes(sections[i].Content, file.AsSpan(at));
            at += sections[i].Content.Length;
        }

        return file;
    }

    private string Next(string running) => Read(running) is { Entry: { } entry } next ? $"{entry}: {Text(next.Line)}" : "?";

    /// <summary>A capture says the same, for every loader.</summary>
    private NextBoot? Read(string running)
    {
        var recording = new RecordingTree(_tree);
        var next = Read(recording, running);
        using var directory = new TemporaryDirectory();
        var capture = Path.Join(directory.Path, "capture.tar");
        using (var tar = File.Create(capture))
        {
            recording.WriteTo(tar, "test", new Redact(Some.Facts()));
        }

        Assert.Equal(next?.Entry, Read(FileTree.Open(capture), running)?.Entry);
        return next;
    }

    private static NextBoot? Read(IFileTree tree, string running)
    {
        var files = new HostReader(tree, ReadAttempt.Unlimited);
        var next = BootLoaderReader.Read(new LoaderContext(files, KernelCommandLine.Parse(running), "6.12"));
        Assert.Empty(files.Issues);
        return next;
    }

    private static string Text(KernelCommandLine? line) => line is null
        ? "?"
        : string.Join(' ', line.Parameters.Select(parameter => parameter.Value is null ? parameter.Name : $"{parameter.Name}={parameter.Value}"));
}
