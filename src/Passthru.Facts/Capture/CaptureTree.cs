using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Capture;

/// <summary>
/// A capture, unpacked or not, answering as the host did: what was refused there is refused here, and what was never asked for
/// is not taken for absent.
/// </summary>
internal sealed class CaptureTree(IFileTree files, CaptureManifest manifest) : IFileTree
{
    public int Read(string path, Span<byte> buffer)
    {
        var read = files.Read(path, buffer);
        return read >= 0 ? read : -(int)Answer(path, (Errno)(-read));
    }

    public Errno List(string path, List<string> names)
    {
        if (manifest.Listings.TryGetValue(path, out var listed))
        {
            names.AddRange(listed);
            return Errno.None;
        }

        return Answer(path, Errno.NoSuchFile);
    }

    public Errno Link(string path, out string target) => Answer(path, files.Link(path, out target));

    public Errno StatIdentity(string path, out FileIdentity identity)
    {
        var error = files.StatIdentity(path, out identity);
        return manifest.Unread.Contains(path) ? Errno.None : Answer(path, error);
    }

    public Errno StatVersion(string path, out FileVersion version)
    {
        version = new FileVersion(0, 0, manifest.Modified.GetValueOrDefault(path), 0);
        return StatIdentity(path, out _);
    }

    /// <summary>What was not asked for on the host is not known here: the files of a capture have permissions of their own.</summary>
    public Errno StatNode(string path, out FileNode node)
    {
        node = default;
        return manifest.Nodes?.TryGetValue(path, out node) == true ? Errno.None : Answer(path, Errno.NoSuchFile);
    }

    public Errno Extract(string path, StreamExtract digest) => Answer(path, files.Extract(path, digest));

    public Errno Scan(string path, LineFilter filter) => Answer(path, files.Scan(path, filter));

    private Errno Answer(string path, Errno error)
    {
        if (!error.IsAbsent())
        {
            return error;
        }

        if (manifest.Refused.TryGetValue(path, out var refusal))
        {
            return (Errno)refusal;
        }

        return !manifest.Unread.Contains(path) && IsKnownAbsent(path) ? Errno.NoSuchFile : Errno.NotInCapture;
    }

    /// <summary>It was asked for, or it, or something above it, is not in a directory that was listed.</summary>
    private bool IsKnownAbsent(string path)
    {
        for (var slash = path.Length; slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var there = path[..slash];
            var above = there[..Math.Max(0, there.LastIndexOf('/'))];
            if (manifest.Absent.Contains(there)
                || (manifest.Listings.TryGetValue(above, out var names) && !names.Contains(there[(above.Length + 1)..])))
            {
                return true;
            }
        }

        return false;
    }
}
