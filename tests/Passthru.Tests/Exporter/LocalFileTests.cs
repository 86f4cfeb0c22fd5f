using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Passthru.Exporter.Commands;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Serving;
using Passthru.Facts.Capture;
using Passthru.Facts.Reading;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>Files of this machine that flags name: what is somebody else's stays, and what can't be used is said in one line.</summary>
public sealed class LocalFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Only_a_socket_that_nobody_listens_at_makes_room_for_another()
    {
        var file = _directory.Write("regular", "precious");
        ListenAddress.Parse($"unix:{file}").Apply(new KestrelServerOptions());
        Assert.Equal("precious", File.ReadAllText(file));

        var left = Path.Join(_directory.Path, "left.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // .NET takes its own away; who is killed does not.
            socket.Bind(new UnixDomainSocketEndPoint($"{left}.bound"));
            File.Move($"{left}.bound", left);
        }

        Assert.Equal(LocalFileKind.Socket, LocalFile.KindOf(left));
        ListenAddress.Parse($"unix:{left}").Apply(new KestrelServerOptions());
        Assert.Equal(LocalFileKind.Absent, LocalFile.KindOf(left));
    }

    [Fact]
    public void A_pipe_is_refused_and_not_waited_for()
    {
        var pipe = Path.Join(_directory.Path, "pipe");
        Assert.Equal(0, MakePipe(pipe, 0x1b6));
        Assert.Equal($"{pipe}: no regular file", Assert.Throws<SettingsException>(() => SettingsSource.TextOf(pipe)).Message);
        Assert.Equal($"{pipe}: neither a directory nor a capture", Assert.Throws<InvalidDataException>(() => FileTree.Open(pipe)).Message);
    }

    [Fact]
    public void What_is_written_is_whole_and_nobody_elses()
    {
        var file = Path.Join(_directory.Path, "capture");
        AtomicFile.WritePrivate(file, new MemoryStream([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_not_made()
    {
        var file = Path.Join(_directory.Path, "nothing/here");
        var trouble = Assert.Throws<CannotStartException>(() => AtomicFile.Write(file, new MemoryStream()));
        Assert.Equal($"{file}: no such file or directory", trouble.Message);
    }

    [Fact]
    public void A_key_of_any_length_is_told_in_one_line()
    {
        var trouble = Assert.Throws<SettingsException>(() => SettingsFile.Parse($"{new string('k', 900_000)}: 1\n", "config.yml"));
        Assert.InRange(trouble.Message.Length, 1, 300);
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "mkfifo")]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe(string path, uint mode);
}
