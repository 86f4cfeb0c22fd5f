using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>Finds the image of a kernel, and looks into it.</summary>
internal static class InitramfsReader
{
    /// <param name="files">The door to the host.</param>
    /// <param name="release">The kernel.</param>
    /// <param name="paths">Where the image may be, the likeliest first.</param>
    /// <param name="worker">Who reads large files aside; null: they are read here.</param>
    /// <param name="known">What the read before made of digests; the worker hands out the same ones as long as the files stay.</param>
    /// <returns>Null: there is no image, or it is still being read.</returns>
    public static InitramfsFacts? Read(
        HostReader files, string release, IEnumerable<string> paths, BackgroundExtractor? worker = null, EquatableArray<InitramfsFacts> known = default)
    {
        if (paths.FirstOrDefault(path => files.Exists(path) == true) is not { } path || files.Version(path) is not { } version)
        {
            return null;
        }

        byte[]? digest = null;
        if (worker is null)
        {
            digest = files.Extract(path, InitramfsExtract.From);
        }
        else if (!worker.TryTake(path, version, InitramfsExtract.From, out digest, out var error))
        {
            return null;
        }
        else if (error != Errno.None)
        {
            files.CannotRead(path, error);
        }

        return known.FirstOrDefault(image => digest is { Length: > 0 } && ReferenceEquals(digest, image.Extract) && release == image.Kernel)
            ?? From(path, release, version.Modified, digest ?? []);
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
    internal static InitramfsFacts From(string path, string release, DateTimeOffset? written, byte[] digest)
    {
        var facts = new InitramfsFacts { Path = path, Kernel = release, WrittenAt = written };
        if (digest.Length == 0)
        {
            return facts;
        }

        var entries = InitramfsExtract.Entries(digest);
        var inside = new HostReader(TarTree.From(entries), ReadAttempt.Unlimited);
        var scripts = ImageScripts.Read(entries).ToList();
        return facts with
        {
            Extract = digest,
            Modules = ModprobeReader.Read(inside),
            Carried = [.. entries.Select(entry => ModuleName(entry.Path)).OfType<string>()],
            Maker = ImageFiles.Maker(entries.Select(entry => entry.Path)),
            Loads = [.. ImageScripts.Loads(scripts), .. ImageSettings.Loads(entries)],
            Bindings = [.. ImageSettings.Bindings(entries)],
            Scripts = [.. scripts],
            CommandLine = ImageSettings.CommandLine(entries),
        };
    }

    /// <summary>The image that the running kernel was started with, as the kernel's command line names it.</summary>
    public static IEnumerable<string> Started(HostReader files, KernelCommandLine line) => BootPath.Images(files, line.ValuesOf("initrd"));

    /// <summary>
    /// By custom: Debian, Ubuntu, Proxmox; Fedora, RHEL, Gentoo; openSUSE; kernel-install; Arch, which names images by the package of
    /// the kernel; Manjaro, by its version; systems of ostree, which keep it beside the modules.
    /// </summary>
    public static IEnumerable<string> Usual(HostReader files, string release, KernelCommandLine? line)
    {
        yield return $"boot/initrd.img-{release}";
        yield return $"boot/initramfs-{release}.img";
        yield return $"boot/initrd-{release}";
        if (InstalledKernels.Package(files, release) is { } package)
        {
            yield return $"boot/initramfs-{package}.img";
            yield return $"boot/booster-{package}.img";
        }

        if (release.Split('.') is [var major, var minor, ..])
        {
            yield return $"boot/initramfs-{major}.{minor}-x86_64.img";
        }

        foreach (var path in OfKernelInstall(files, release))
        {
            yield return path;
        }

        yield return $"run/booted-system/kernel-modules/lib/modules/{release}/initrd";
        if (line?.ValuesOf("ostree").Any() == true)
        {
            yield return $"usr/lib/modules/{release}/initramfs.img";
            yield return $"lib/modules/{release}/initramfs.img";
        }
    }

    /// <summary><c>MACHINE-ID/RELEASE/initrd</c> on a boot partition, or a token in place of the machine's id.</summary>
    private static IEnumerable<string> OfKernelInstall(HostReader files, string release)
    {
        var tokens = new[] { files.Text("etc/kernel/entry-token"), files.Text("etc/machine-id") }.OfType<string>().Where(token => token.Length > 0 && !token.Contains('/', StringComparison.Ordinal));
        return tokens.SelectMany(token => LoaderContext.Mounts.Select(mount => $"{mount}/{token}/{release}/initrd"));
    }
}
