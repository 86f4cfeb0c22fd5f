using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Tests.Support;

/// <summary>Facts that matter to nobody but the test that changes them.</summary>
internal static class Some
{
    public static PciAddress Address(string text) => PciAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    /// <summary>An endpoint below a root port.</summary>
    public static PciFunction Function(string address = "0000:01:00.0") => new()
    {
        Address = Address(address),
        Path = PciPath.FromLink($"../../../devices/pci0000:00/0000:00:01.0/{address}"),
        Power = new PciPower { State = "D0", RuntimeStatus = "active" },
        Vendor = 0x10de,
        Device = 0x1b81,
        Class = new PciClass(0x030000),
        HeaderType = 0,
    };

    public static ConfigSpace Config(bool capabilitiesSeen = true) =>
        new() { Length = capabilitiesSeen ? 4096 : 64, HeaderType = 0, Multifunction = false, CapabilityListComplete = capabilitiesSeen };

    public static HostFacts Facts(params PciFunction[] functions) => new()
    {
        TakenAt = DateTimeOffset.UnixEpoch,
        Pci = new PciFacts { Functions = [.. functions] },
        Collectors = [],
    };

    public static HostFacts WithKernel(this HostFacts facts, string? release = null, string? commandLine = null, bool? carriesAcsOverride = null) => facts with
    {
        Kernel = new KernelFacts
        {
            Release = release,
            CommandLine = commandLine is null ? null : KernelCommandLine.Parse(commandLine),
            CarriesAcsOverride = carriesAcsOverride,
        },
    };

    public static HostFacts WithGroups(this HostFacts facts, params IommuGroup[] groups) => facts with
    {
        Iommu = new IommuFacts { Groups = [.. groups] },
    };

    public static IommuGroup Group(string name, params string[] members) =>
        new() { Name = name, Functions = [.. members.Select(Address)], ReservedRegions = ImmutableArray<ReservedRegion>.Empty };
}
