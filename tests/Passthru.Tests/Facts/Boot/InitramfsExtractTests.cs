using CsCheck;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Boot;

/// <summary>What is found in an image, however it is packed.</summary>
public sealed class InitramfsExtractTests
{
    private static readonly byte[] Microcode = Image.Archive(("kernel/x86/microcode/GenuineIntel.bin", new string('\u0001', 5000)));

    private static readonly byte[] Main = Image.Archive(
        ("init", "#!/bin/sh\nsecret\n"),
        ("conf/initramfs.conf", "MODULES=most\n"),
        ("etc/modprobe.d/vfio.conf", "options vfio-pci ids=10de:1b81\nblacklist nouveau\n"),
        ("etc/modprobe.d/masked.conf", "-> /dev/null"),
        ("usr/lib/modprobe.d/masked.conf", "blacklist hidden\n"),
        ("usr/lib/modules/6.12/kernel/drivers/vfio/pci/vfio-pci.ko.zst", "\u0028\u0000binary"),
        ("usr/lib/modules/6.12/kernel/drivers/gpu/drm/nouveau/nouveau.ko", "binary"),
        ("usr/lib/modules/6.12/modules.dep", "kernel/drivers/no.ko:\n"));

    public static TheoryData<string> Packings => ["plain", "gzip", "zstd", "lz4", "lz4 in blocks", "bzip2", "lzma"];

    [Theory]
    [MemberData(nameof(Packings))]
    public void Settings_and_modules_are_found_behind_microcode_in_every_packing(string packing)
    {
        foreach (var facts in (InitramfsFacts[])[Image.Read(Pack(packing)), Image.Read(Microcode, new byte[1000], Pack(packing), new byte[512])])
        {
            Assert.Equal(["10de:1b81"], facts.Modules!.VfioIds!.Ids.Select(id => id.ToString()));
            Assert.Equal(["nouveau"], facts.Modules.Blacklisted.Select(line => line.Module));
            Assert.Equal(["nouveau", "vfio_pci"], facts.Carried.Order());
            Assert.Equal(ImageMaker.InitramfsTools, facts.Maker);
        }
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void A_digest_is_an_image_with_the_same_digest_and_holds_nothing_else(string packing)
    {
        var digest = InitramfsExtract.From(new MemoryStream(Pack(packing)));

        Assert.Equal(digest, InitramfsExtract.From(new MemoryStream(digest)));
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString(digest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x89, (byte)'L', (byte)'Z', (byte)'O', 0, 13, 10 })]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    public void Behind_what_is_not_understood_nothing_is_concluded(byte[] segment) =>
        Assert.Null(Image.Read(Image.Archive(("etc/modprobe.d/a.conf", "blacklist one\n")), segment).Modules);

    [Theory]
    [InlineData(".initrd .linux", true)]
    [InlineData(".linux .initrd", true)]
    [InlineData(".linux", false)]
    [InlineData(".initrd .initrd", false)]
    public void A_unified_kernel_image_holds_one(string sections, bool isRead) =>
        Assert.Equal(isRead, Image.Read(Image.Unified([.. sections.Split(' ').Select(name => (name, name == ".initrd" ? Image.Gzip(Main) : new byte[700]))])).Modules is not null);

    [Fact]
    public void Two_archives_in_a_row_add_up()
    {
        var facts = Image.Read(
            Image.Archive(("etc/modprobe.d/a.conf", "blacklist one\n")),
            Image.Gzip(Image.Archive(("./etc/modprobe.d/b.conf", "blacklist two\n"))));

        Assert.Equal(["one", "two"], facts.Modules!.Blacklisted.Select(line => line.Module));
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void Archives_follow_each_other_each_in_its_own_packing(string packing)
    {
        var facts = Image.Read(Microcode, Pack(packing), new byte[512], Image.Gzip(Image.Archive(("etc/modprobe.d/b.conf", "blacklist two\n"))), Image.Zstandard(Image.Archive(("etc/modprobe.d/c.conf", "blacklist three\n"))));

        Assert.Equal(["two", "three", "nouveau"], facts.Modules!.Blacklisted.Select(line => line.Module));
    }

    [Fact]
    public void Links_keep_what_they_lead_to_and_nothing_else()
    {
        var digest = InitramfsExtract.From(new MemoryStream(Image.Archive(
            ("etc/nvidia/current/blacklist.conf", "blacklist nouveau\n"),
            ("etc/modprobe.d/nvidia.conf", "-> /etc/alternatives/glx--blacklist.conf"),
            ("etc/alternatives/glx--blacklist.conf", "-> ../nvidia/current/blacklist.conf"),
            ("etc/modprobe.d/gone.conf", "-> /etc/gone.conf"),
            ("lib", "-> usr/lib"),
            ("usr/lib/modprobe.d/a.conf", "blacklist one\n"),
            ("etc/secret.conf", "secret"))));
        var facts = InitramfsReader.From("boot/initrd.img", "6.12", null, digest);

        Assert.Equal(["one", "nouveau"], facts.Modules!.Blacklisted.Select(line => line.Module));
        Assert.Equal(digest, InitramfsExtract.From(new MemoryStream(digest)));
        Assert.DoesNotContain("secret", System.Text.Encoding.ASCII.GetString(digest), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_copies_nothing_of_the_host_says_so()
    {
        var facts = Image.Read(Image.Archive(("usr/lib/modprobe.d/dist.conf", "blacklist one\n"), ("lib/modules/6.12/kernel/a-b.ko.xz", "")));

        Assert.Equal(ImageMaker.Unknown, facts.Maker);
        Assert.Equal(["a_b"], facts.Carried);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BZh91AY&SY")]
    [InlineData("070701")]
    [InlineData("070701ZZZZZZZZ")]
    [InlineData("no image at all, but a text that is longer than a header would be, so that there is something to look at, and more")]
    public void What_is_no_image_is_not_read(string text) => Assert.Null(Image.Read(System.Text.Encoding.ASCII.GetBytes(text)).Modules);

    [Theory]
    [MemberData(nameof(Packings))]
    public void An_image_cut_short_is_not_read(string packing)
    {
        var image = Pack(packing);
        for (var length = 1; length < image.Length - 128; length += 97)
        {
            Assert.Null(Image.Read(image[..length]).Modules);
        }
    }

    [Fact]
    public void Xz_with_a_dictionary_beyond_measure_is_refused()
    {
        byte[] header = [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 1, 0x69, 0x22, 0xde, 0x36, 2, 0, 0x21, 1, 0, 0, 0, 0];
        foreach (var dictionary in (byte[])[31, 36, 40, 255])
        {
            header[16] = dictionary;
            Assert.Throws<InvalidDataException>(() => Decompression.Open(new SegmentStream(new MemoryStream(header), 1000)));
        }
    }

    [Fact]
    public void Random_bytes_after_any_magic_never_throw() => Gen.Select(Gen.Int[0, 8], Gen.Byte.Array[0, 300]).Sample(
        (kind, bytes) =>
        {
            var magic = kind switch
            {
                0 => (byte[])[0x1f, 0x8b, 8],
                1 => [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 1, 0x69, 0x22, 0xde, 0x36, 2, 0, 0x21, 1, 22],
                2 => [0x28, 0xb5, 0x2f, 0xfd],
                3 => [0x02, 0x21, 0x4c, 0x18],
                4 => "070701"u8.ToArray(),
                5 => "BZh9"u8.ToArray(),
                6 => [0x5d, 0, 0, 0x80, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                7 => [0x89, (byte)'L', (byte)'Z', (byte)'O', 0],
                _ => [],
            };
            Assert.Empty(Image.Read(magic, bytes).Modules?.Blacklisted ?? []);
        },
        iter: 1000,
        threads: 1);

    [Fact]
    public void An_image_that_stays_is_understood_once_and_a_new_one_anew()
    {
        const string path = "boot/initrd.img-6.12";
        var tree = new FakeTree().With(path, Main).Modified(path, 100);
        var worker = new BackgroundExtractor(tree);
        var first = Read(null);

        Assert.Same(first, Read(first));

        tree.With(path, Image.Archive(("etc/modprobe.d/a.conf", "blacklist one\n"))).Modified(path, 200);
        Assert.Equal(["one"], Read(first).Modules!.Blacklisted.Select(line => line.Module));

        InitramfsFacts Read(InitramfsFacts? known) => InitramfsReader.Read(new HostReader(tree, ReadAttempt.Unlimited), "6.12", [path], worker, known is null ? [] : [known])!;
    }

    private static byte[] Pack(string packing) => packing switch
    {
        "gzip" => Image.Gzip(Main),
        "zstd" => Image.Zstandard(Main),
        "lz4" => Image.Lz4(Main, 8 << 20),
        "lz4 in blocks" => Image.Lz4(Main, 100),
        "bzip2" => Image.BZip2(Main),
        "lzma" => Image.Lzma(Main),
        _ => Main,
    };
}
