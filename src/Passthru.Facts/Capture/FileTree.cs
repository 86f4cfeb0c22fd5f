using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Capture;

/// <summary>Opens whatever stands for a host: a directory, an unpacked capture, a capture as a file.</summary>
public static class FileTree
{
    /// <exception cref="IOException">There is nothing of that name, or it can't be opened.</exception>
    /// <exception cref="InvalidDataException">It is a file and no capture.</exception>
    public static IFileTree Open(string root, string? sysfs = null, string? procfs = null)
    {
        IFileTree files = LocalFile.KindOf(root) switch
        {
            LocalFileKind.Regular => TarTree.Load(root),
            LocalFileKind.Socket or LocalFileKind.Other => throw new InvalidDataException($"{root}: neither a directory nor a capture"),
            _ => new DirectoryTree(root, sysfs, procfs),
        };
        return CaptureManifest.In(files) is { } manifest ? new CaptureTree(files, manifest) : files;
    }
}
