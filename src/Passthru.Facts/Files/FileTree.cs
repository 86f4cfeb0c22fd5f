namespace Passthru.Facts.Files;

/// <summary>Opens whatever stands for a host: a directory, an unpacked capture, a capture as a file.</summary>
public static class FileTree
{
    /// <exception cref="IOException">There is nothing of that name, or it can't be opened.</exception>
    /// <exception cref="InvalidDataException">It is a file and no capture.</exception>
    public static IFileTree Open(string root, string? sysfs = null, string? procfs = null)
    {
        IFileTree files = LocalFile.KindOf(root) switch
        {
            LocalFileKind.Regular => ArchiveFiles.Load(root),
            LocalFileKind.Socket or LocalFileKind.Other => throw new InvalidDataException($"{root}: neither a directory nor a capture"),
            _ => new DirectoryFiles(root, sysfs, procfs),
        };
        return CaptureManifest.In(files) is { } manifest ? new CapturedFiles(files, manifest) : files;
    }
}
