using CsCheck;
using Passthru.Facts.Boot.Modprobe;

namespace Passthru.Tests.Facts.Boot;

/// <summary>Lines of modprobe.d, as kmod takes them.</summary>
public sealed class ModprobeTextTests
{
    [Theory]
    [InlineData("options vfio-pci ids=10de:1b81", "options vfio_pci ids=10de:1b81")]
    [InlineData("options vfio_pci disable_vga=1", "options vfio_pci disable_vga=1")]
    [InlineData("\t options \t vfio-pci \t ids=10de:1b81\tdisable_vga=1  ", "options vfio_pci ids=10de:1b81 disable_vga=1")]
    [InlineData("options kvm ignore_msrs=1 report_ignored_msrs=0", "options kvm ignore_msrs=1 report_ignored_msrs=0")]
    [InlineData("options snd-hda-intel index=0 # first card", "options snd_hda_intel index=0 # first card")]
    [InlineData("options vfio-pci ids=10de:1b81\\\n,10de:10f0", "options vfio_pci ids=10de:1b81,10de:10f0")]
    [InlineData("options vfio-pci \\\n  ids=10de:1b81", "options vfio_pci ids=10de:1b81")]
    [InlineData("options vfio-pci ids=10de:1b81 \\", "options vfio_pci ids=10de:1b81")]
    [InlineData("options vfio-pci ids=10de:1b81\r\n", "options vfio_pci ids=10de:1b81")]
    [InlineData("options a\\b c=\\\\d", "options ab c=\\d")]
    [InlineData("options vfio-pci ids=\0hidden", "options vfio_pci ids=")]
    [InlineData("blacklist nouveau", "blacklist nouveau ")]
    [InlineData("blacklist i2c-nvidia-gpu", "blacklist i2c_nvidia_gpu ")]
    [InlineData("blacklist nouveau nvidia", "blacklist nouveau nvidia")]
    [InlineData("blacklist nouveau\r\n", "blacklist nouveau\r ")]
    [InlineData("install nouveau /bin/false", "install nouveau /bin/false")]
    [InlineData("install vfio-pci /sbin/bind.sh; modprobe -i vfio-pci", "install vfio_pci /sbin/bind.sh; modprobe -i vfio-pci")]
    [InlineData("softdep nvidia pre: vfio-pci", "softdep nvidia pre: vfio_pci post:")]
    [InlineData("softdep nvidia pre:  vfio \t vfio-pci post: snd-hda-intel", "softdep nvidia pre: vfio vfio_pci post: snd_hda_intel")]
    [InlineData("softdep nvidia* pre: vfio-pci", "softdep nvidia* pre: vfio_pci post:")]
    [InlineData("softdep nvidia pre:vfio-pci", "softdep nvidia pre: post:")]
    [InlineData("softdep nvidia vfio-pci", "softdep nvidia pre: post:")]
    [InlineData("softdep drm post: a pre: b post: c", "softdep drm pre: b post: a c")]
    [InlineData("alias pci:v000010DEd00001B81* vfio-pci", "alias pci:v000010DEd00001B81* vfio_pci")]
    [InlineData("alias char-major-10-200 tun", "alias char_major_10_200 tun")]
    [InlineData("alias usb:v1234p[0-9]* x-y", "alias usb:v1234p[0-9]* x_y")]
    public void A_line_is_understood(string line, string expected) => Assert.Equal([expected], Lines(line));

    [Theory]
    [InlineData("")]
    [InlineData("# options vfio-pci ids=10de:1b81")]
    [InlineData("  # options vfio-pci ids=10de:1b81")]
    [InlineData("#options vfio-pci \\\nids=10de:1b81")]
    [InlineData("# a comment goes on\\\noptions vfio-pci ids=10de:1b81")]
    [InlineData("Options vfio-pci ids=10de:1b81")]
    [InlineData("options")]
    [InlineData("options vfio-pci")]
    [InlineData("softdep nvidia")]
    [InlineData("install nouveau")]
    [InlineData("alias only-one-word")]
    [InlineData("blacklist")]
    [InlineData("blacklist snd]")]
    [InlineData("blacklist snd[0")]
    [InlineData("include /etc/more.conf")]
    [InlineData("config off")]
    [InlineData("remove nvidia /sbin/rmmod nvidia")]
    [InlineData("weakdep nvidia vfio-pci")]
    [InlineData("vfio-pci.ids=10de:1b81")]
    [InlineData("\\")]
    public void What_is_no_line_says_nothing(string line) => Assert.Empty(Lines(line));

    [Fact]
    public void Lines_have_the_number_of_their_first_part()
    {
        var text = new ModprobeText();
        text.Add("etc/modprobe.d/a.conf", "# one\n\noptions a \\\n b=1\nblacklist c\n");
        text.Add("etc/modprobe.d/b.conf", "blacklist d");
        var modules = text.ToConfiguration();

        Assert.Equal(new ConfigLine("etc/modprobe.d/a.conf", 3), modules.Options[0].At);
        Assert.Equal(new ConfigLine("etc/modprobe.d/a.conf", 5), modules.Blacklisted[0].At);
        Assert.Equal(new ConfigLine("etc/modprobe.d/b.conf", 1), modules.Blacklisted[1].At);
    }

    [Fact]
    public void Random_text_never_throws_and_no_comment_speaks() => Gen.String[Gen.Char["options \tvfi-p=#\\\n\r\0[]:\"abc"], 0, 300].Sample(
        text =>
        {
            Assert.Empty(Lines("#" + text.Replace('\n', ' ')));
            Assert.All(Lines(text), line => Assert.Matches("^(options|blacklist|softdep|alias|install) ", line));
        },
        iter: 2000,
        threads: 1);

    private static List<string> Lines(string content)
    {
        var text = new ModprobeText();
        text.Add("etc/modprobe.d/test.conf", content);
        var modules = text.ToConfiguration();
        return
        [
            .. modules.Options.Select(line => $"options {line.Module} {line.Parameters}"),
            .. modules.Blacklisted.Select(line => $"blacklist {line.Module} {line.Parameters}"),
            .. modules.Installs.Select(line => $"install {line.Module} {line.Parameters}"),
            .. modules.SoftDependencies.Select(line =>
                string.Join(' ', (string[])["softdep", line.Module, "pre:", .. line.Before, "post:", .. line.After])),
            .. modules.Aliases.Select(line => $"alias {line.Wildcard} {line.Module}"),
        ];
    }
}
