using System.Collections.Immutable;
using Passthru.Facts.Boot.Loaders;

namespace Passthru.Findings.Plans;

/// <summary>How kernel parameters come into what this host boots by, and out of it again.</summary>
/// <param name="Place">The file, as a sentence has it.</param>
internal sealed record LoaderEdit(string Place)
{
    public required Func<string, IEnumerable<string>> Add { get; init; }

    public required Func<string, IEnumerable<string>> Remove { get; init; }

    /// <summary>What makes the loader's own files of it; none where the file is the loader's own.</summary>
    public ImmutableArray<string> Apply { get; init; } = [];

    /// <summary>A file that shows what the next boot gets; null: none does.</summary>
    public string? Shows { get; init; }

    /// <summary>A command that prints it, where no file shows it.</summary>
    public string? Prints { get; init; }

    /// <summary>Prints the word where the next boot gets it.</summary>
    public Proof? Proof(string word) =>
        Shows is { } file ? new Proof($"grep -o -m1 -e {Shell.Quote(word)} {Shell.Quote($"/{file}")}", word)
        : Prints is { } command ? new Proof($"{command} | grep -o -m1 -e {Shell.Quote(word)}", word)
        : null;

    /// <summary>What starts this host, by name.</summary>
    public static string Loader(PlanSubject subject) =>
        subject.IsOstree ? "deployments of ostree"
        : subject.Next is not { } next ? "a boot loader that is not known here"
        : next.IsProxmoxBootTool ? $"{Boot.LoaderAdvice.Name(next)} on partitions of proxmox-boot-tool"
        : Boot.LoaderAdvice.Name(next);

    private const string GrubDefaults = "etc/default/grub";
    private const string Cmdline = "etc/kernel/cmdline";

    /// <summary>Null: no boot loader is known here, or no command edits its file.</summary>
    public static LoaderEdit? Of(PlanSubject subject)
    {
        if (subject.IsOstree)
        {
            return new("the deployment's kernel arguments")
            {
                Add = word => [$"rpm-ostree kargs --append-if-missing={Shell.Quote(word)}"],
                Remove = word => [$"rpm-ostree kargs --delete-if-present={Shell.Quote(word)}"],
                Prints = "rpm-ostree kargs",
            };
        }

        return subject.Next switch
        {
            null => null,
            { IsProxmoxBootTool: true, Loader: BootLoader.Grub } => OfGrubDefaults("proxmox-boot-tool refresh", GrubDefaults),
            { IsProxmoxBootTool: true } => OfCmdline("proxmox-boot-tool refresh", Cmdline),
            { Loader: BootLoader.Grub, IsEntryFile: true } when subject.Has("sdbootutil") && !subject.Has("grubby") => OfCmdline("sdbootutil update-all-entries", Cmdline),
            { Loader: BootLoader.Grub, IsEntryFile: true } => Grubby,
            { Loader: BootLoader.Grub } next => OfGrubDefaults(MakeMenu(subject, next), next.File ?? "boot/grub/grub.cfg"),
            { Loader: BootLoader.SystemdStub } => OfCmdline(ImageCommands.Unified(subject), null),
            { Loader: BootLoader.SystemdBoot } next => OfSystemdBoot(subject, next),
            { Loader: BootLoader.Limine } next => OfLimine(subject, next),
            { Loader: BootLoader.Refind, File: { } file } => OfFile(file, word => $"1s/\"$/ {Shell.Replacement(word)}\"/"),
            { Loader: BootLoader.Syslinux, File: { } file } => OfFile(file, word => $"/^[[:blank:]]*append /Is/$/ {Shell.Replacement(word)}/"),
            _ => null,
        };
    }

    private static readonly LoaderEdit Grubby = new("those entries")
    {
        Add = word => [$"grubby --update-kernel=ALL --args={Shell.Quote(word)}"],
        Remove = word => [$"grubby --update-kernel=ALL --remove-args={Shell.Quote(word)}"],
        Prints = "grubby --info=DEFAULT",
    };

    private static LoaderEdit OfGrubDefaults(string apply, string shows) => new($"GRUB_CMDLINE_LINUX_DEFAULT in /{GrubDefaults}")
    {
        Add = word => [$"sed -i {Shell.Quote($"/^GRUB_CMDLINE_LINUX_DEFAULT=/s/\"/\"{Shell.Replacement(word)} /")} /{GrubDefaults}"],
        Remove = word => [Shell.RemoveWord(GrubDefaults, word)],
        Apply = apply == "proxmox-boot-tool refresh" ? ["update-grub", apply] : [apply],
        Shows = shows,
    };

    private static LoaderEdit OfCmdline(string apply, string? shows) => new($"/{Cmdline}")
    {
        Add = word => [$"sed -i {Shell.Quote($"1s/$/ {Shell.Replacement(word)}/")} /{Cmdline}"],
        Remove = word => [Shell.RemoveWord(Cmdline, word)],
        Apply = [apply],
        Shows = shows,
    };

    private static LoaderEdit OfFile(string file, Func<string, string> add) => new($"/{file}")
    {
        Add = word => [$"sed -i {Shell.Quote(add(word))} {Shell.Quote($"/{file}")}"],
        Remove = word => [Shell.RemoveWord(file, word)],
        Shows = file,
    };

    private static string MakeMenu(PlanSubject subject, NextBoot next) =>
        subject.Has("update-grub") ? "update-grub"
        : $"{(subject.Has("grub2-mkconfig") || next.File?.Contains("grub2", StringComparison.Ordinal) == true ? "grub2-mkconfig" : "grub-mkconfig")} -o /{next.File ?? "boot/grub/grub.cfg"}";

    /// <summary>Pop!_OS and openSUSE have programs of their own; kernel-install makes entries of a file; else the entry is the administrator's.</summary>
    private static LoaderEdit? OfSystemdBoot(PlanSubject subject, NextBoot next)
    {
        var show = next.File;
        if (subject.Has("kernelstub") || next.Entry?.StartsWith("Pop_OS-", StringComparison.Ordinal) == true)
        {
            return new("kernelstub's configuration")
            {
                Add = word => [$"kernelstub --add-options {Shell.Quote(word)}"],
                Remove = word => [$"kernelstub --delete-options {Shell.Quote(word)}"],
                Shows = show,
            };
        }

        return subject.Has("sdbootutil") ? OfCmdline("sdbootutil update-all-entries", show)
            : subject.Facts.Boot?.Sources.Any(source => source.File == Cmdline) == true ? OfCmdline(ImageCommands.KernelInstall(subject), show)
            : next.File is { } file ? OfFile(file, word => $"/^options/s/$/ {Shell.Replacement(word)}/")
            : null;
    }

    private static LoaderEdit OfLimine(PlanSubject subject, NextBoot next)
    {
        const string defaults = "etc/default/limine";
        var make = subject.Has("limine-mkinitcpio") ? "limine-mkinitcpio" : "limine-update";
        var file = next.File ?? "boot/limine.conf";
        return subject.Facts.Boot?.Sources.Any(source => source.File == defaults) != true
            ? OfFile(file, word => $"/^[[:blank:]]*\\(kernel_\\)\\?cmdline[:=]/Is/$/ {Shell.Replacement(word)}/")
            : new($"KERNEL_CMDLINE[default] in /{defaults}")
            {
                Add = word => [Shell.Append(defaults, [$"KERNEL_CMDLINE[default]+=\" {word}\""])],
                Remove = word => [Shell.Remove(defaults, [$"KERNEL_CMDLINE[default]+=\" {word}\""]), Shell.RemoveWord(defaults, word)],
                Apply = [make],
                Shows = file,
            };
    }
}
