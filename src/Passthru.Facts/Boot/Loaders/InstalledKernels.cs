using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// Releases of the kernels on disk. Sources: directories of <c>/lib/modules</c>, files <c>/boot/vmlinuz-RELEASE</c>, on NixOS the
/// modules of a system.
/// </summary>
internal sealed class InstalledKernels(HostReader files, string? running)
{
    private const string Image = "vmlinuz-";
    private static readonly string[] Directories = ["lib/modules", "usr/lib/modules"];
    private readonly Lazy<string[]> _releases = new(() =>
    [
        .. Directories.SelectMany(directory => files.Names(directory) ?? [])
            .Concat((files.Names("boot") ?? []).Where(name => name.StartsWith(Image, StringComparison.Ordinal)).Select(name => name[Image.Length..]))
            .Where(name => name.Length > 0 && char.IsAsciiDigit(name[0]))
            .Distinct()
            .OrderByDescending(release => release, VersionOrder.Instance),
    ]);

    public string? Newest => _releases.Value.FirstOrDefault();

    /// <summary>The release of an entry: the names of its files and its version have it, or its kernel is named by a package.</summary>
    public string? Of(LoaderEntry entry) =>
        entry.Kernel is not { } kernel ? null
        : Named([kernel, .. entry.Images, entry.Version ?? "", entry.Id]) ?? OfSystem(entry) ?? OfPackage(kernel) ?? OfLink(kernel);

    /// <summary>The system that the kernel's parameter <c>init=</c> of NixOS names: <c>/nix/store/HASH-nixos-system-…</c>.</summary>
    public static string? System(Kernel.KernelCommandLine? line) =>
        line?.ValuesOf("init").LastOrDefault() is { } init && init.StartsWith("/nix/store/", StringComparison.Ordinal) && init.EndsWith("/init", StringComparison.Ordinal)
            ? init[1..^"/init".Length]
            : null;

    private string? OfSystem(LoaderEntry entry) =>
        System(entry.Line) is { } system && files.Names($"{system}/kernel-modules/lib/modules") is [var release, ..] ? release : null;

    /// <summary>Arch and its kin: <c>vmlinuz-linux-zen</c> of package linux-zen; Manjaro: <c>vmlinuz-6.6-x86_64</c>.</summary>
    private string? OfPackage(string kernel)
    {
        var name = kernel[(kernel.LastIndexOf('/') + 1)..];
        var ofVendor = name.StartsWith(Image, StringComparison.Ordinal) ? name[Image.Length..] : name;
        var directory = kernel.Split('/') is [.., var parent, _] ? parent : "";
        return _releases.Value.FirstOrDefault(release => Package(files, release) is { } package && (package == ofVendor || package == directory))
            ?? _releases.Value.FirstOrDefault(release => MajorMinor(release) is { } version && ofVendor.StartsWith($"{version}-", StringComparison.Ordinal));
    }

    /// <summary><c>/boot/vmlinuz</c> and its copies on the EFI system partition are of the newest kernel.</summary>
    private string? OfLink(string kernel)
    {
        var name = kernel[(kernel.LastIndexOf('/') + 1)..];
        var link = name is "vmlinuz" or "vmlinuz.efi" ? "boot/vmlinuz" : name is "vmlinuz.old" or "vmlinuz-previous.efi" ? "boot/vmlinuz.old" : null;
        return link is not null && files.LinkName(link) is { } target && target.StartsWith(Image, StringComparison.Ordinal)
            ? target[Image.Length..]
            : _releases.Value is [var only] && name is "vmlinuz" or "vmlinuz.efi" ? only : null;
    }

    private string? Named(IEnumerable<string> texts)
    {
        var all = _releases.Value.Append(running).OfType<string>();
        return texts.SelectMany(text => all.Where(release => text.Contains(release, StringComparison.Ordinal))).MaxBy(release => release.Length)
            ?? texts.Select(AfterVmlinuz).FirstOrDefault(release => release is not null);
    }

    private static string? AfterVmlinuz(string path)
    {
        var at = path.LastIndexOf(Image, StringComparison.Ordinal);
        return at >= 0 && at + Image.Length is var start && start < path.Length && char.IsAsciiDigit(path[start])
            && path[start..] is var release && release.Count(c => c == '.') >= 2 ? release : null;
    }

    /// <summary>The package of a kernel. Source: <c>/usr/lib/modules/RELEASE/pkgbase</c>, written by Arch and its kin.</summary>
    internal static string? Package(HostReader files, string release) =>
        Directories.Select(directory => files.Text($"{directory}/{release}/pkgbase"))
            .FirstOrDefault(name => name is { Length: > 0 } && !name.Contains('/', StringComparison.Ordinal));

    private static string? MajorMinor(string release) => release.Split('.') is [var major, var minor, ..] ? $"{major}.{minor}" : null;
}
