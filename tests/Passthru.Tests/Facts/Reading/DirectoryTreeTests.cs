using System.Diagnostics;
using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Reading;

public sealed class DirectoryTreeTests : IDisposable
{
    private static string Answers(IFileTree files, string path)
    {
        var buffer = new byte[100];
        var names = new List<string>();
        var read = files.Read(path, buffer);
        var listed = files.List(path, names);
        var linked = files.Link(path, out var target);
        return $"{read} {Encoding.UTF8.GetString(buffer)} | {listed} {string.Join(' ', names.Order())} | {linked} {target} | "
            + $"{files.StatIdentity(path, out var identity)} {identity} | {files.StatVersion(path, out var version)} {version}";
    }

    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_file_is_read_whole()
    {
        var content = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i} "));
        _root.Write("proc/long", content);
        Assert.Equal(content, Text("proc/long"));
    }

    [Fact]
    public void An_absolute_link_stays_in_the_root()
    {
        _root.Write("etc/hostname", "inside");
        File.CreateSymbolicLink(Path.Join(_root.Path, "link"), "/etc/hostname");
        File.CreateSymbolicLink(Path.Join(_root.Path, "dir"), "/etc");
        Assert.Equal("inside", Text("link"));
        Assert.Equal("inside", Text("dir/hostname"));
    }

    [Fact]
    public void Dot_dot_does_not_lead_out_of_the_root()
    {
        _root.Write("etc/hostname", "inside");
        File.CreateSymbolicLink(Path.Join(_root.Path, "up"), "../../../../../../../../etc/hostname");
        Assert.Equal("inside", Text("up"));
        Assert.Equal("inside", Text("../../../etc/hostname"));
    }

    [Fact]
    public void A_loop_of_links_is_an_error_of_its_own()
    {
        File.CreateSymbolicLink(Path.Join(_root.Path, "a"), "b");
        File.CreateSymbolicLink(Path.Join(_root.Path, "b"), "a");
        Assert.Equal(-(int)Errno.TooManyLinks, Files().Read("a", new byte[1]));
    }

    [Fact]
    public void A_pipe_that_nobody_writes_to_does_not_hold_the_reader()
    {
        using var make = Process.Start("mkfifo", Path.Join(_root.Path, "pipe"));
        make.WaitForExit();
        Assert.Equal(-(int)Errno.TryAgain, Files().Read("pipe", new byte[10]));
    }

    [Fact]
    public void Missing_files_and_files_on_the_way_are_told_apart_from_refused_ones()
    {
        _root.Write("file", "x");
        Assert.Equal(-(int)Errno.NoSuchFile, Files().Read("nothing", new byte[1]));
        Assert.Equal(-(int)Errno.NotADirectory, Files().Read("file/below", new byte[1]));
        Assert.Equal(-(int)Errno.IsADirectory, Files().Read(".", new byte[1]));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("below/file")]
    [InlineData("link")]
    [InlineData("absolute")]
    [InlineData("out")]
    [InlineData("linked/file")]
    [InlineData("below")]
    [InlineData("nothing")]
    [InlineData("file/nothing")]
    [InlineData("loop")]
    [InlineData("")]
    public void From_an_entered_directory_the_answers_are_those_from_the_root(string path)
    {
        const string at = "sys/devices/one";
        _root.Write($"{at}/file", "in the directory");
        _root.Write($"{at}/below/file", "below it");
        _root.Write("etc/file", "in the root");
        (string Name, string Target)[] links = [("link", "file"), ("absolute", "/etc/file"), ("out", "../../../../../../../etc/file"), ("linked", "/etc"), ("loop", "loop")];
        links.ToList().ForEach(link => File.CreateSymbolicLink(Path.Join(_root.Path, at, link.Name), link.Target));
        using var entered = Files().Enter(at);

        Assert.Equal(Answers(Files(), $"{at}/{path}".TrimEnd('/')), Answers(entered, path));
        Assert.Equal(Answers(Files(), $"{at}/nothing/{path}".TrimEnd('/')), Answers(Files().Enter($"{at}/nothing"), path));
    }

    [Fact]
    public void Sysfs_and_procfs_can_be_elsewhere()
    {
        using var sysfs = new TemporaryDirectory();
        using var procfs = new TemporaryDirectory();
        sysfs.Write("bus/pci/x", "sysfs");
        procfs.Write("cmdline", "procfs");
        _root.Write("etc/x", "root");
        using var files = new DirectoryTree(_root.Path, sysfs.Path, procfs.Path);
        Assert.Equal("sysfs", Text("sys/bus/pci/x", files));
        Assert.Equal("procfs", Text("proc/cmdline", files));
        Assert.Equal("root", Text("etc/x", files));
    }

    [Fact]
    public void Elsewhere_the_directories_themselves_are_listed_and_entered_too()
    {
        using var sysfs = new TemporaryDirectory();
        using var procfs = new TemporaryDirectory();
        sysfs.Write("bus", "");
        procfs.Write("4711/comm", "kvm");
        _root.Write("proc/1/comm", "not this one");
        using var files = new DirectoryTree(_root.Path, sysfs.Path, procfs.Path);
        var door = new HostReader(files, ReadAttempt.Unlimited);

        Assert.Equal(["bus"], door.Names("sys"));
        Assert.Equal(["4711"], door.Names("proc"));
        Assert.Equal(["4711"], door.In("proc", proc => proc.Names("")));
        Assert.Equal("kvm", door.In("proc", proc => proc.Text("4711/comm")));
        Assert.False(door.Exists("procession"));
    }

    [Fact]
    public void A_directory_made_anew_is_another_one()
    {
        _root.Write("d/x", "");
        var before = Identity("d");
        Directory.Delete(Path.Join(_root.Path, "d"), recursive: true);
        Thread.Sleep(20);
        _root.Write("d/x", "");
        Assert.NotEqual(before, Identity("d"));
        Assert.Equal(Identity("d"), Identity("d"));
    }

    [Fact]
    public void A_long_directory_is_listed_whole()
    {
        for (var i = 0; i < 1000; i++)
        {
            _root.Write($"d/a-rather-long-name-{i}", "");
        }

        var names = new List<string>();
        Assert.Equal(Errno.None, Files().List("d", names));
        Assert.Equal(1000, names.Distinct().Count());
    }

    [Fact]
    public void What_is_no_link_says_so()
    {
        _root.Write("file", "");
        File.CreateSymbolicLink(Path.Join(_root.Path, "link"), "to/nowhere");
        Assert.Equal(Errno.InvalidArgument, Files().Link("file", out _));
        Assert.Equal(Errno.NoSuchFile, Files().Link("nothing", out _));
        Assert.Equal(Errno.None, Files().Link("link", out var target));
        Assert.Equal("to/nowhere", target);
    }

    [Fact]
    public void A_root_that_is_not_there_is_named()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => new DirectoryTree("/no/such/root"));
        Assert.Contains("/no/such/root", error.Message, StringComparison.Ordinal);
    }

    private DirectoryTree Files() => new(_root.Path);

    private FileIdentity Identity(string path)
    {
        Assert.Equal(Errno.None, Files().StatIdentity(path, out var identity));
        return identity;
    }

    private string Text(string path) => Text(path, Files());

    private static string Text(string path, DirectoryTree files)
    {
        var buffer = new byte[64 * 1024];
        var read = files.Read(path, buffer);
        Assert.True(read >= 0, $"{path}: {((Errno)(-read)).Message()}");
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
