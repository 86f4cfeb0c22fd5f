using CsCheck;
using Passthru.Facts.Kernel;

namespace Passthru.Tests.Facts.Kernel;

public sealed class KernelCommandLineTests
{
    /// <summary>Words and what next_arg of lib/cmdline.c makes of them; <c>∅</c> is no value.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("quiet", "quiet=∅")]
    [InlineData("  a=1\t b=2 \n", "a=1|b=2")]
    [InlineData("root=UUID=12-34 ro", "root=UUID=12-34|ro=∅")]
    [InlineData("a= b", "a=|b=∅")]
    [InlineData("dyndbg=\"file drivers/pci/* +p\" x", "dyndbg=file drivers/pci/* +p|x=∅")]
    [InlineData("\"acpi_osi=Windows 2018.2\" x", "acpi_osi=Windows 2018.2|x=∅")]
    [InlineData("\"dyndbg=file drivers/iommu/* +p\"", "dyndbg=file drivers/iommu/* +p")]
    [InlineData("a=b\"c d\"e", "a=b\"c d\"e")]
    [InlineData("a=\"b", "a=b")]
    [InlineData("a=\"b c", "a=b c")]
    [InlineData("\"a b\"", "a b=∅")]
    [InlineData("=x", "=x=∅")]
    [InlineData("a==b", "a==b")]
    [InlineData("init=/bin/sh -- intel_iommu=on", "init=/bin/sh")]
    [InlineData("a -- b", "a=∅")]
    [InlineData("--x", "--x=∅")]
    [InlineData("pci=config_acs=101xxxx@pci:8086:1234;0000:01:00.0", "pci=config_acs=101xxxx@pci:8086:1234;0000:01:00.0")]
    public void It_is_cut_as_the_kernel_cuts_it(string line, string words) =>
        Assert.Equal(words, string.Join('|', KernelCommandLine.Parse(line).Parameters.Select(parameter => $"{parameter.Name}={parameter.Value ?? "∅"}")));

    [Fact]
    public void Dashes_and_underscores_are_equal_in_names()
    {
        var line = KernelCommandLine.Parse("vfio_pci.ids=1 vfio-pci.ids=2 vfio-pci.idsx=3");
        Assert.Equal(["1", "2"], line.ValuesOf("vfio-pci.ids"));
    }

    [Fact]
    public void No_line_throws_or_makes_more_parameters_than_it_has_characters() =>
        Gen.String[Gen.Char["ab=\" -\n\0é"], 0, 60].Sample(text => KernelCommandLine.Parse(text).Parameters.Length <= text.Length);

    [Theory]
    [InlineData("6.8.12-4-pve", 6, 8)]
    [InlineData("5.15.0", 5, 15)]
    [InlineData("7.0", 7, 0)]
    [InlineData("6.1.0-56-amd64", 6, 1)]
    [InlineData("5.10-rc1", 5, 10)]
    public void A_release_begins_with_its_version(string text, int major, int minor)
    {
        Assert.True(KernelRelease.TryParse(text, out var release));
        Assert.Equal(new KernelRelease(major, minor), release);
    }

    [Theory]
    [InlineData("")]
    [InlineData("linux")]
    [InlineData("6")]
    [InlineData("6.x")]
    [InlineData(".6")]
    [InlineData("99999999999.1")]
    public void Anything_else_is_no_release(string text) => Assert.False(KernelRelease.TryParse(text, out _));
}
