using CsCheck;
using Passthru.Facts.Boot.Loaders;

namespace Passthru.Tests.Facts.Boot.Loaders;

/// <summary>What the scripts of GRUB's defaults assign.</summary>
public sealed class GrubDefaultsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet splash\"", "quiet splash")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT='quiet iommu=pt'", "quiet iommu=pt")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=quiet", "quiet")]
    [InlineData("GRUB_CMDLINE_LINUX=\"a=1\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"b=2\"", "a=1 b=2")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"b=2\"\nGRUB_CMDLINE_LINUX=\"a=1\"", "a=1 b=2")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"a\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"b\"", "b")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"a\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT b\"", "a b")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"a\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"${GRUB_CMDLINE_LINUX_DEFAULT} b\"", "a b")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"a\"\nGRUB_CMDLINE_LINUX_DEFAULT+=\" b\"", "a b")]
    [InlineData("export GRUB_CMDLINE_LINUX_DEFAULT=\"a\"", "a")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"vfio-pci.ids=10de:1b81\" # the card", "vfio-pci.ids=10de:1b81")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"a=\\\"b c\\\"\"", "a=\"b c\"")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT='$HOME'", "$HOME")]
    [InlineData("GRUB_CMDLINE_LINUX_RECOVERY=\"single\"", "")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"$(cat /etc/cmdline)\"", null)]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=`cat /etc/cmdline`", null)]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"$OTHER b\"", null)]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=\"open", null)]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=a b=c", null)]
    [InlineData("[ -n \"$X\" ] && GRUB_CMDLINE_LINUX_DEFAULT=\"a\"", null)]
    public void Assignments_of_texts_are_understood_and_nothing_more(string lines, string? expected) =>
        Assert.Equal(expected, GrubDefaults.CommandLine(lines.Split('\n')));

    [Fact]
    public void Random_text_never_throws() => Gen.String[Gen.Char["GRUB_CMDLINE_LINUX=\"'$`{}\\ ;#a"], 0, 80].Sample(
        text => GrubDefaults.CommandLine([$"GRUB_CMDLINE_LINUX={text}", text]),
        iter: 2000,
        threads: 1);
}
