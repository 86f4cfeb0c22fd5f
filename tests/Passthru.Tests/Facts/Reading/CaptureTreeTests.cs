using Passthru.Facts.Capture;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Reading;

public sealed class CaptureTreeTests
{
    [Fact]
    public void What_was_refused_on_the_host_is_refused_again()
    {
        var replayed = Replay(new FakeTree().Refusing("proc/kallsyms", Errno.NotPermitted), files => files.Read("proc/kallsyms", new byte[10]));
        Assert.Equal(-(int)Errno.NotPermitted, replayed.Read("proc/kallsyms", new byte[10]));
    }

    [Fact]
    public void What_was_asked_for_and_absent_is_absent_and_what_was_never_asked_for_is_not()
    {
        var host = new FakeTree().With("sys/a/read", "x").With("sys/a/other", "y").With("etc/never", "z");
        var replayed = Replay(host, files =>
        {
            files.Read("sys/a/read", new byte[10]);
            files.Read("sys/b", new byte[10]);
            files.StatIdentity("sys/a/other", out _);
        });
        Assert.Equal(1, replayed.Read("sys/a/read", new byte[10]));
        Assert.Equal(-(int)Errno.NoSuchFile, replayed.Read("sys/b", new byte[10]));
        Assert.Equal(-(int)Errno.NoSuchFile, replayed.Read("sys/b/below", new byte[10]));
        Assert.Equal(-(int)Errno.NotInCapture, replayed.Read("etc/never", new byte[10]));
        Assert.Equal(Errno.NotInCapture, replayed.List("sys/a", []));
    }

    [Fact]
    public void A_file_that_was_seen_and_not_read_is_there_and_not_empty()
    {
        var replayed = Replay(new FakeTree().With("sys/seen", "x"), files => files.StatIdentity("sys/seen", out _));
        Assert.Equal(Errno.None, replayed.StatIdentity("sys/seen", out _));
        Assert.Equal(-(int)Errno.NotInCapture, replayed.Read("sys/seen", new byte[10]));
    }

    [Fact]
    public void A_listed_directory_holds_what_it_held_and_nothing_else()
    {
        var replayed = Replay(new FakeTree().With("sys/a/x", "1").With("sys/a/y", "2"), files => files.List("sys/a", []));
        var names = new List<string>();
        Assert.Equal(Errno.None, replayed.List("sys/a", names));
        Assert.Equal(["x", "y"], names);
        Assert.Equal(-(int)Errno.NotInCapture, replayed.Read("sys/a/x", new byte[10]));
        Assert.Equal(-(int)Errno.NoSuchFile, replayed.Read("sys/a/z", new byte[10]));
    }

    [Fact]
    public void A_scanned_file_keeps_the_lines_that_mattered()
    {
        var replayed = Replay(new FakeTree().With("f", "a\nsecret\nb\n"), files =>
            files.Scan("f", line => line.SequenceEqual("secret"u8) ? LineVerdict.Skip : LineVerdict.Keep));
        var buffer = new byte[20];
        Assert.Equal("a\nb\n", System.Text.Encoding.UTF8.GetString(buffer, 0, replayed.Read("f", buffer)));
    }

    [Fact]
    public void The_same_answers_make_the_same_capture()
    {
        static byte[] Tar()
        {
            var recording = new RecordingTree(new FakeTree().With("b", "1").With("a/c", "2").WithLink("l", "a"));
            recording.Read("b", new byte[9]);
            recording.Read("a/c", new byte[9]);
            recording.Link("l", out _);
            var tar = new MemoryStream();
            recording.WriteTo(tar, "1", Redaction.None);
            return tar.ToArray();
        }

        Assert.Equal(Tar(), Tar());
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("{\"format\":2,\"version\":\"9\",\"listings\":{},\"unread\":[],\"absent\":[],\"refused\":{}}")]
    public void A_manifest_that_is_not_understood_is_told(string manifest)
    {
        using var directory = new TemporaryDirectory();
        directory.Write(CaptureManifest.FileName, manifest);
        Assert.Throws<InvalidDataException>(() => FileTree.Open(directory.Path));
    }

    private static IFileTree Replay(FakeTree host, Action<RecordingTree> ask)
    {
        var recording = new RecordingTree(host);
        ask(recording);
        using var directory = new TemporaryDirectory();
        var file = Path.Join(directory.Path, "capture.tar");
        using (var tar = File.Create(file))
        {
            recording.WriteTo(tar, "test", Redaction.None);
        }

        return FileTree.Open(file);
    }
}
