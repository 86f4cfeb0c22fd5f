using System.Collections.Immutable;
using Passthru.Facts.Files;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>Finds the image that the running kernel was started with, and looks into it.</summary>
internal static class InitramfsReader
{
    /// <param name="files">The door to the host.</param>
    /// <param name="release">The running kernel.</param>
    /// <param name="worker">Who reads large files aside; null: they are read here.</param>
    /// <param name="known">What the read before made of its digest; the worker hands out the same one as long as the file stays.</param>
    /// <returns>Null: there is no image, or it is still being read.</returns>
    public static InitramfsFacts? Read(HostFiles files, string release, DigestWorker? worker, InitramfsFacts? known = null)
    {
        if (Candidates(files, release).FirstOrDefault(path => files.Exists(path) == true) is not { } path || files.Version(path) is not { } version)
        {
            return null;
        }

        byte[]? digest = null;
        if (worker is null)
        {
            digest = files.Digest(path, InitramfsDigest.Of);
        }
        else if (!worker.TryTake(path, version, InitramfsDigest.Of, out digest, out var error))
        {
            return null;
        }
        else if (error != Errno.None)
        {
            files.CannotRead(path, error);
        }

        return digest is { Length: > 0 } && ReferenceEquals(digest, known?.Digest) && release == known.Kernel
            ? known
            : Of(path, release, version.Modified, digest ?? []);
    }

    /// <summary><c>…/vfio-pci.ko.zst</c> is vfio_pci; null for what is no module.</summary>
    internal static string? ModuleName(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.IndexOf(".ko", StringComparison.Ordinal) is var end and > 0 && name[end..] is ".ko" or ".ko.gz" or ".ko.xz" or ".ko.zst"
            ? name[..end].Replace('-', '_')
            : null;
    }

    /// <param name="path">Where the image lies.</param>
    /// <param name="release">The kernel it is for.</param>
    /// <param name="written">When it was written.</param>
    /// <param name="digest">Of the image.</param>
    internal static InitramfsFacts Of(string path, string release, DateTimeOffset? written, byte[] digest)
    {
        var facts = new InitramfsFacts { Path = path, Kernel = release, WrittenAt = written };
        if (digest.Length == 0)
        {
            return facts;
        }

        var entries = InitramfsDigest.Entries(digest);
        var inside = new HostFiles(ArchiveFiles.Of(entries), Patience.Unlimited);
        return facts with
        {
            Digest = digest,
            Modules = BootReader.ReadModules(inside),
            Carried = [.. entries.Select(entry => ModuleName(entry.Path)).OfType<string>()],
            CopiesConfiguration = entries.Any(entry =>
                InitramfsDigest.Markers.Contains(entry.Path) || entry.Path.StartsWith(BootReader.Directories[0], StringComparison.Ordinal)),
        };
    }

    /// <summary>Debian, Ubuntu, Proxmox; Fedora, RHEL, Gentoo; openSUSE; Arch, which names images by the package of the kernel.</summary>
    private static IEnumerable<string> Candidates(HostFiles files, string release)
    {
        yield return $"boot/initrd.img-{release}";
        yield return $"boot/initramfs-{release}.img";
        yield return $"boot/initrd-{release}";
        if (files.Text($"usr/lib/modules/{release}/pkgbase") is { Length: > 0 } package && !package.Contains('/', StringComparison.Ordinal))
        {
            yield return $"boot/initramfs-{package}.img";
        }
    }
}

/// <summary>The image of the first root file system, from which modules are loaded before the real one is there.</summary>
public sealed record InitramfsFacts
{
    public required string Path { get; init; }

    /// <summary>The kernel it is for: the running one.</summary>
    public required string Kernel { get; init; }

    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>What modprobe reads inside; null: the image could not be read.</summary>
    public ModuleConfiguration? Modules { get; init; }

    /// <summary>Modules inside.</summary>
    public ImmutableHashSet<string> Carried { get; init; } = [];

    /// <summary>All this was made of it.</summary>
    internal byte[] Digest { get; init; } = [];

    /// <summary>It was made by a tool that copies <c>/etc/modprobe.d</c>. Otherwise settings matter only for the modules inside.</summary>
    public bool CopiesConfiguration { get; init; }
}
