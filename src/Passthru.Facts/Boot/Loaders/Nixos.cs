using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// NixOS where the menu of its boot loader is not to be seen: the system that boots next is the profile's, else the one that was
/// switched to. Sources: <c>/nix/var/nix/profiles/system</c>, <c>/run/current-system</c>, each with <c>kernel-params</c>.
/// </summary>
internal static class Nixos
{
    private const string Booted = "run/booted-system";
    private static readonly string[] Systems = ["nix/var/nix/profiles/system", "run/current-system"];

    public static bool Boots(LoaderContext context) => context.Files.Link(Booted) is not null && Next(context.Files) is not null;

    /// <summary>modprobe.d as it was at this boot; null where this is not NixOS.</summary>
    public static string? BootedModprobe(HostReader files) => files.Link(Booted) is null ? null : $"{Booted}/etc/modprobe.d";

    public static NextBoot Read(LoaderContext context)
    {
        var files = context.Files;
        var system = Next(files)!;
        var line = files.LongText($"{system}/kernel-params", HostReader.Page);
        return new NextBoot
        {
            Loader = BootLoader.NixOs,
            File = $"{system}/kernel-params",
            Entry = files.LinkName(system),
            Kernel = files.Names($"{system}/kernel-modules/lib/modules") is [var release, ..] ? release : null,
            Line = line is null ? null : KernelCommandLine.Parse(line),
            Images = files.Exists($"{system}/initrd") == true ? [$"{system}/initrd"] : [],
        };
    }

    /// <summary>The profile leads to a generation, which leads to the store.</summary>
    private static string? Next(HostReader files) => Systems.FirstOrDefault(system => files.Exists($"{system}/kernel-params") == true);
}
