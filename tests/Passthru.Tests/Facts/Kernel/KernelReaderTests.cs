using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Kernel;

public sealed class KernelReaderTests
{
    [Theory]
    [InlineData("0000000000000000 t pcie_acs_overrides\n", true)]
    [InlineData("0000000000000000 t pcie_acs_overrides.llvm.123\n", true)]
    [InlineData("0000000000000000 T _text\n0000000000000000 t pcie_acs_overrides\n", true)]
    [InlineData("0000000000000000 T _text\n", false)]
    [InlineData("0000000000000000 T my_pcie_acs_overrides\n", false)]
    [InlineData("", null)]
    public void The_patch_is_known_by_its_symbol(string symbols, bool? carried) =>
        Assert.Equal(carried, Read(new FakeTree().With("proc/kallsyms", symbols)).CarriesAcsOverride);

    [Fact]
    public void Symbols_that_are_hidden_are_found_where_the_service_has_them()
    {
        var files = new FakeTree().With("proc/kallsyms", "").With("run/passthru-exporter/kallsyms", "0000000000000000 t pcie_acs_overrides\n");
        Assert.True(Read(files).CarriesAcsOverride);
    }

    [Fact]
    public void Without_symbols_nothing_is_known_of_the_patch()
    {
        Assert.Null(Read(new FakeTree()).CarriesAcsOverride);
        Assert.Null(Read(new FakeTree().Refusing("proc/kallsyms", Errno.NotPermitted)).CarriesAcsOverride);
    }

    [Theory]
    [InlineData("Y", null, true)]
    [InlineData("N", null, false)]
    [InlineData("N", "Y", true)]
    [InlineData(null, "N", false)]
    [InlineData(null, null, null)]
    public void Unsafe_interrupts_are_allowed_when_either_module_says_so(string? type1, string? iommufd, bool? allowed)
    {
        var files = new FakeTree();
        _ = type1 is null ? files : files.With("sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", type1);
        _ = iommufd is null ? files : files.With("sys/module/iommufd/parameters/allow_unsafe_interrupts", iommufd);
        Assert.Equal(allowed, Read(files).UnsafeInterruptsAllowed);
    }

    [Fact]
    public void A_vfio_module_without_the_parameter_has_no_mode_without_iommu()
    {
        Assert.Null(Read(new FakeTree()).NoIommuMode);
        Assert.False(Read(new FakeTree().With("sys/module/vfio/initstate", "live")).NoIommuMode);
        Assert.True(Read(new FakeTree().With("sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y")).NoIommuMode);
    }

    [Fact]
    public void Built_in_modules_count_with_dashes_as_underscores()
    {
        var modules = Read(new FakeTree()
            .With("proc/sys/kernel/osrelease", "6.8.0\n")
            .With("sys/module/kvm/initstate", "live")
            .With("lib/modules/6.8.0/modules.builtin", "kernel/drivers/vfio/pci/vfio-pci.ko\n")).Modules;
        Assert.True(modules?.Has("vfio_pci"));
        Assert.True(modules?.Has("kvm"));
        Assert.False(modules?.Has("vendor_reset"));
    }

    [Fact]
    public void The_release_comes_from_the_version_where_there_is_no_file_of_its_own() =>
        Assert.Equal("6.1.0-56-amd64", Read(new FakeTree().With("proc/version", "Linux version 6.1.0-56-amd64 (builder@host) #1 SMP")).Release);

    [Theory]
    [InlineData("[default] performance powersave powersupersave", "default")]
    [InlineData("default performance [powersave] powersupersave", "powersave")]
    [InlineData("default", null)]
    [InlineData("][", null)]
    public void The_aspm_policy_is_the_one_in_brackets(string text, string? policy) =>
        Assert.Equal(policy, Read(new FakeTree().With("sys/module/pcie_aspm/parameters/policy", text)).AspmPolicy);

    private static KernelFacts Read(FakeTree files) => KernelReader.Read(new HostReader(files, ReadAttempt.Unlimited), KernelCache.Empty);
}
