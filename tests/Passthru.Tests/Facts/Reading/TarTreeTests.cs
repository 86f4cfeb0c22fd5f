using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Reading;

public sealed class TarTreeTests
{
    [Fact]
    public void Links_are_resolved_in_the_archive()
    {
        var files = Archive(
            ("sys/devices/pci0000:00/0000:00:02.0/vendor", "0x8086", null),
            ("sys/bus/pci/devices/0000:00:02.0", null, "../../../devices/pci0000:00/0000:00:02.0"),
            ("abs", null, "/sys/devices"),
            ("up", null, "../../../../sys/devices"));
        Assert.Equal("0x8086", Text(files, "sys/bus/pci/devices/0000:00:02.0/vendor"));
        Assert.Equal("0x8086", Text(files, "abs/pci0000:00/0000:00:02.0/vendor"));
        Assert.Equal("0x8086", Text(files, "up/pci0000:00/0000:00:02.0/vendor"));
    }

    [Fact]
    public void A_loop_of_links_ends()
    {
        var files = Archive(("a", null, "b"), ("b", null, "a"));
        Assert.Equal(-(int)Errno.TooManyLinks, files.Read("a/x", new byte[1]));
    }

    [Fact]
    public void It_answers_as_a_directory_would()
    {
        var files = Archive(("d/file", "x", null), ("d/link", null, "file"));
        var names = new List<string>();
        Assert.Equal(Errno.None, files.List("d", names));
        Assert.Equal(["file", "link"], names);
        Assert.Equal(Errno.NoSuchFile, files.List("e", names));
        Assert.Equal(Errno.NotADirectory, files.List("d/file", names));
        Assert.Equal(Errno.InvalidArgument, files.Link("d/file", out _));
        Assert.Equal(-(int)Errno.NotADirectory, files.Read("d/file/x", new byte[1]));
        Assert.Equal(-(int)Errno.IsADirectory, files.Read("d", new byte[1]));
        Assert.Equal(Errno.None, files.StatIdentity("d/link", out _));
    }

    [Fact]
    public void Names_that_lead_out_of_the_archive_are_left_out()
    {
        var files = Archive(("../evil", "x", null), ("./sys/fine", "y", null));
        Assert.Equal(-(int)Errno.NoSuchFile, files.Read("evil", new byte[1]));
        Assert.Equal("y", Text(files, "sys/fine"));
    }

    [Theory]
    [InlineData("this is no archive, however long the text may be that stands here instead of one")]
    [InlineData("\u001f\u008b and then nothing that gzip would know")]
    public void What_is_no_archive_is_named(string content)
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "x.tar.gz");
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes(content));
        var error = Assert.ThrowsAny<InvalidDataException>(() => TarTree.Load(file));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_unpacks_to_more_than_a_host_has_is_refused_before_it_fills_the_memory()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "x.tar.gz");
        WriteCopies(file, entry => entry.DataStream = new MemoryStream(new byte[1 << 20]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidDataException>(() => TarTree.Load(file));
        Assert.Equal($"{file}: more than 128 MiB when unpacked", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L << 20);
    }

    [Fact]
    public void Names_and_attributes_of_its_entries_count_too()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "x.tar.gz");
        WriteCopies(file, _ => { }, new() { ["comment"] = new string('x', 1 << 20) });
        Assert.Throws<InvalidDataException>(() => TarTree.Load(file));
    }

    /// <summary>150 entries of one name, which as a tree would be one file.</summary>
    private static void WriteCopies(string file, Action<PaxTarEntry> fill, Dictionary<string, string>? attributes = null)
    {
        using var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        using var writer = new TarWriter(gzip);
        for (var copy = 0; copy < 150; copy++)
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, "sys/x", attributes ?? []);
            fill(entry);
            writer.WriteEntry(entry);
        }
    }

    private static TarTree Archive(params (string Path, string? Content, string? Link)[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var (path, content, link) in entries)
            {
                var entry = new PaxTarEntry(link is null ? TarEntryType.RegularFile : TarEntryType.SymbolicLink, path);
                if (link is not null)
                {
                    entry.LinkName = link;
                }
                else
                {
                    entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content!));
                }

                writer.WriteEntry(entry);
            }
        }

        tar.Position = 0;
        return TarTree.Load(tar);
    }

    private static string Text(TarTree files, string path)
    {
        var buffer = new byte[100];
        var read = files.Read(path, buffer);
        Assert.True(read >= 0, path);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
