using Passthru.Findings.Plans;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Plans;

/// <summary>Commands of a plan, run by a shell on files of a test's own.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("110")]
    [InlineData("win 11")]
    [InlineData("it's")]
    [InlineData("a;reboot")]
    [InlineData("$(reboot) `reboot` \"x\" \\ *")]
    [InlineData("größe & co")]
    [InlineData("-rf")]
    public async Task A_name_is_one_argument(string name)
    {
        var (code, said) = await Tools.Run("", "sh", "-c", $"printf '%s|' x{Shell.Quote(name)} y");
        Assert.Equal((0, $"x{name}|y|"), (code, said));
    }

    [Theory]
    [InlineData("with\nline", "withline")]
    [InlineData("bell\a\x1b[31m", "bell[31m")]
    public async Task What_no_terminal_should_get_is_left_out(string name, string expected) =>
        Assert.Equal(expected, (await Tools.Run("", "sh", "-c", $"printf %s {Shell.Quote(name)}")).Said);

    [Theory]
    [InlineData("GRUB=\"quiet intel_iommu=on\"\n", "GRUB=\"quiet \"\n")]
    [InlineData("GRUB=\"intel_iommu=on quiet\"\n", "GRUB=\"quiet\"\n")]
    [InlineData("GRUB='a intel_iommu=on b'\n", "GRUB='a b'\n")]
    [InlineData("root=/dev/sda ro intel_iommu=on\n", "root=/dev/sda ro \n")]
    [InlineData("intel_iommu=on,sm_on xintel_iommu=on intel_iommu=onx\n", "intel_iommu=on,sm_on xintel_iommu=on intel_iommu=onx\n")]
    public async Task A_word_goes_wherever_it_stands(string before, string after) => Assert.Equal(after, await Changed(before, Shell.RemoveWord(File, "intel_iommu=on")));

    [Theory]
    [InlineData("vfio-pci.ids=10de:2204,10de:1aef", "a vfio-pci.ids=10de:2204,10de:1aef b\n", "a b\n")]
    [InlineData("vfio-pci.ids=10de:2204", "a vfio-pciXids=10de:2204 b\n", "a vfio-pciXids=10de:2204 b\n")]
    [InlineData("vfio-pci.ids=10de:2204", "a vfio-pci.ids=10de:2204,10de:1aef b\n", "a vfio-pci.ids=10de:2204,10de:1aef b\n")]
    public async Task A_word_means_itself(string word, string before, string after) => Assert.Equal(after, await Changed(before, Shell.RemoveWord(File, word)));

    [Fact]
    public async Task Lines_that_were_added_are_taken_out_again()
    {
        string[] lines = ["options vfio-pci ids=10de:2204", "MODULES=(vfio_pci \"${MODULES[@]}\")", "KERNEL_CMDLINE[default]+=\" a.b\"", "it's a \\ line"];

        Assert.Equal("first\n", await Changed("first\n", $"{Shell.Append(File, lines)}\n{Shell.Remove(File, lines)}"));
        Assert.Equal($"first\n{string.Join('\n', lines)}\n", await Changed("first\n", Shell.Append(File, lines)));
        Assert.Equal($"{string.Join('\n', lines)}\n", await Changed("first\n", Shell.Write(File, lines)));
    }

    private string File => $"{_directory.Path}/a file"[1..];

    private async Task<string> Changed(string before, string commands)
    {
        await System.IO.File.WriteAllTextAsync($"/{File}", before, TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), await Tools.Run("", "sh", "-e", "-c", commands));
        return await System.IO.File.ReadAllTextAsync($"/{File}", TestContext.Current.CancellationToken);
    }
}
