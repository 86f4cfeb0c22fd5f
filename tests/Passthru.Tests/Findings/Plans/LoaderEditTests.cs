using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Findings;
using Passthru.Findings.Plans;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Plans;

/// <summary>Which file the parameters of each boot loader stand in, and that what is added there comes out again.</summary>
public sealed class LoaderEditTests
{
    private const string Word = "vfio-pci.ids=10de:2204,10de:1aef";

    /// <summary>Loader, its file, programs, what stands in the file that is edited, and what does so with the word in it.</summary>
    public static TheoryData<NextBoot, string[], string, string, string> Files => new()
    {
        { new() { Loader = BootLoader.Grub, File = "boot/grub/grub.cfg" }, [], "etc/default/grub", "A=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n", $"A=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"{Word} quiet\"\n" },
        { new() { Loader = BootLoader.Grub, File = "boot/grub/grub.cfg" }, [], "etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"\"\n", $"GRUB_CMDLINE_LINUX_DEFAULT=\"{Word} \"\n" },
        { new() { Loader = BootLoader.SystemdBoot, IsProxmoxBootTool = true }, [], "etc/kernel/cmdline", "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n", $"root=ZFS=rpool/ROOT/pve-1 boot=zfs {Word}\n" },
        { new() { Loader = BootLoader.SystemdStub }, ["mkinitcpio"], "etc/kernel/cmdline", "root=/dev/sda1 rw\n", $"root=/dev/sda1 rw {Word}\n" },
        { new() { Loader = BootLoader.SystemdBoot, File = "boot/loader/entries/arch.conf" }, [], "boot/loader/entries/arch.conf", "title Arch\noptions root=/dev/sda1 rw\n", $"title Arch\noptions root=/dev/sda1 rw {Word}\n" },
        { new() { Loader = BootLoader.Refind, File = "boot/refind_linux.conf" }, [], "boot/refind_linux.conf", "\"Boot\" \"ro root=/dev/sda1\"\n\"Single\" \"single\"\n", $"\"Boot\" \"ro root=/dev/sda1 {Word}\"\n\"Single\" \"single\"\n" },
        { new() { Loader = BootLoader.Syslinux, File = "boot/syslinux.cfg" }, [], "boot/syslinux.cfg", "label a\n  kernel k\n  append initrd=/bzroot\n", $"label a\n  kernel k\n  append initrd=/bzroot {Word}\n" },
        { new() { Loader = BootLoader.Limine, File = "boot/limine.conf" }, [], "boot/limine.conf", "/Linux\n    cmdline: root=/dev/sda1\n", $"/Linux\n    cmdline: root=/dev/sda1 {Word}\n" },
    };

    [Theory, MemberData(nameof(Files))]
    public async Task What_is_added_comes_out_again(NextBoot next, string[] programs, string file, string before, string after)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write(file, before);
        var edit = LoaderEdit.Of(Subject(next, programs))!;

        Assert.Equal(after, await Run(path, file, edit.Add(Word)));
        Assert.Equal(before, (await Run(path, file, edit.Remove(Word))).Replace(" \n", "\n", StringComparison.Ordinal).Replace(" \"\n", "\"\n", StringComparison.Ordinal));
    }

    /// <summary>Programs that edit, and what makes the loader's own files.</summary>
    public static TheoryData<NextBoot, string[], string, string[]> Commands => new()
    {
        { new() { Loader = BootLoader.Grub, IsEntryFile = true }, ["grubby"], "grubby --update-kernel=ALL --args=a=b", [] },
        { new() { Loader = BootLoader.SystemdBoot, Entry = "Pop_OS-current.conf" }, [], "kernelstub --add-options a=b", [] },
        { new() { Loader = BootLoader.SystemdBoot }, ["sdbootutil"], "sed -i '1s/$/ a=b/' /etc/kernel/cmdline", ["sdbootutil update-all-entries"] },
        { new() { Loader = BootLoader.Grub, IsProxmoxBootTool = true }, [], "sed -i '/^GRUB_CMDLINE_LINUX_DEFAULT=/s/\"/\"a=b /' /etc/default/grub", ["update-grub", "proxmox-boot-tool refresh"] },
        { new() { Loader = BootLoader.Grub, File = "boot/grub2/grub.cfg" }, [], "sed -i '/^GRUB_CMDLINE_LINUX_DEFAULT=/s/\"/\"a=b /' /etc/default/grub", ["grub2-mkconfig -o /boot/grub2/grub.cfg"] },
        { new() { Loader = BootLoader.Grub, File = "boot/grub/grub.cfg" }, ["update-grub"], "sed -i '/^GRUB_CMDLINE_LINUX_DEFAULT=/s/\"/\"a=b /' /etc/default/grub", ["update-grub"] },
    };

    [Theory, MemberData(nameof(Commands))]
    public void Each_loader_has_its_command(NextBoot next, string[] programs, string add, string[] apply)
    {
        var edit = LoaderEdit.Of(Subject(next, programs))!;

        Assert.Equal([add], edit.Add("a=b"));
        Assert.Equal(apply, edit.Apply);
    }

    [Fact]
    public void What_nobody_knows_is_not_edited() => Assert.Null(LoaderEdit.Of(Subject(null, [])));

    internal static PlanSubject Subject(NextBoot? next, string[] programs)
    {
        var facts = Some.Facts(Some.Function()).WithKernel("6.12", "quiet") with { Boot = new BootFacts { Modules = ModuleConfiguration.Empty, Next = next, Programs = [.. programs] } };
        return new PlanSubject(facts, Diagnosis.Assess(facts), [facts.Pci!.Functions[0]], null, null);
    }

    private static async Task<string> Run(string path, string file, IEnumerable<string> commands)
    {
        foreach (var command in commands)
        {
            Assert.Equal((0, ""), await Tools.Run("", "sh", "-e", "-c", command.Replace($"/{file}", path, StringComparison.Ordinal)));
        }

        return await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
    }
}
