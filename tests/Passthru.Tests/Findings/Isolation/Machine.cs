using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Findings;
using Passthru.Findings.Isolation;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>Functions and groups in a few words each, and what is to be said of them.</summary>
internal static class Machine
{
    public static readonly AccessControl AcsOn = Acs(0x1f, 0x1d);
    public static readonly AccessControl AcsOff = Acs(0x1f, 0);

    /// <summary>The port types of PCI Express that tests need; -1 is conventional PCI.</summary>
    public const int Conventional = -1;
    public const int Endpoint = 0;
    public const int RootPort = 4;
    public const int UpstreamPort = 5;
    public const int DownstreamPort = 6;
    public const int PciBridge = 7;
    public const int Integrated = 9;

    public static AccessControl Acs(int capability, int control, int? wideControl = 0) => new()
    {
        Capability = (AccessControls)capability,
        Control = (AccessControls)control,
        WideControl = (AccessControls?)wideControl,
    };

    /// <param name="path">Addresses from the root bus down, a slash between: <c>00:01.0/01:00.0</c>.</param>
    /// <param name="group">The kernel's; empty for none.</param>
    /// <param name="type">Port type.</param>
    /// <param name="acs">Null: no such capability.</param>
    /// <param name="id">Vendor and device.</param>
    public static PciFunction Function(string path, string group, int type, AccessControl? acs = null, string id = "abcd:0001")
    {
        var addresses = path.Split('/').Select(Full).ToArray();
        var address = Address(addresses[^1]);
        return new PciFunction
        {
            Address = address,
            Path = PciPath.FromLink($"../../../devices/pci{addresses[0][..^5]}/{string.Join('/', addresses)}"),
            Power = new PciPower(),
            Vendor = Convert.ToUInt16(id[..4], 16),
            Device = Convert.ToUInt16(id[5..], 16),
            Class = new PciClass(0x020000),
            HeaderType = type is RootPort or UpstreamPort or DownstreamPort or PciBridge ? (byte)1 : (byte)0,
            Multifunction = address.Function > 0,
            Group = group == "" ? null : group,
            Config = Config(type, acs),
        };
    }

    public static ConfigSpace Config(int type, AccessControl? acs) => new()
    {
        Length = type == Conventional ? 256 : 4096,
        HeaderType = 0,
        Multifunction = false,
        CapabilityListComplete = true,
        ExtendedListComplete = true,
        Express = type == Conventional ? null : new PciExpressCapability { PortType = (byte)type, FunctionLevelReset = false },
        AccessControl = acs,
    };

    /// <summary>Function 0 of a slot does not say so itself in these tests.</summary>
    public static PciFunction Many(this PciFunction function) => function with { Multifunction = true };

    /// <summary>Config space that could not be read.</summary>
    public static PciFunction Unread(this PciFunction function) => function with { Config = null };

    public static HostFacts Host(IEnumerable<PciFunction> functions, string? acsOverride = null, bool? carriesOverride = true, bool ivrs = false)
    {
        var all = functions.ToImmutableArray();
        var groups = all.Where(function => function.Group is not null).GroupBy(function => function.Group!)
            .Select(group => new IommuGroup { Name = group.Key, Functions = [.. group.Select(function => function.Address)] });
        return new HostFacts
        {
            TakenAt = DateTimeOffset.UnixEpoch,
            Pci = new PciFacts { Functions = all },
            Iommu = new IommuFacts { Units = [new IommuUnit("dmar0", IommuKind.Intel)], Groups = [.. groups] },
            Kernel = new KernelFacts
            {
                Release = "7.2.13",
                CommandLine = KernelCommandLine.Parse(acsOverride is null ? "quiet" : $"quiet pcie_acs_override={acsOverride}"),
                CarriesAcsOverride = carriesOverride,
            },
            Platform = new PlatformFacts { FirmwareTables = ivrs ? ["IVRS"] : ["DMAR"], Board = new BoardFacts() },
            Collectors = [],
        };
    }

    public static IsolationVerdict Judge(IEnumerable<PciFunction> functions, string? acsOverride = null, bool ivrs = false) =>
        Judge(Host(functions, acsOverride, ivrs: ivrs));

    public static IsolationVerdict Judge(params PciFunction[] functions) => Judge((IEnumerable<PciFunction>)functions);

    public static IsolationVerdict Judge(HostFacts facts) => Diagnosis.Assess(facts).Isolation;

    public static PciAddress Address(string text) => PciAddress.TryParse(Full(text), out var address) ? address : throw new FormatException(text);

    private static string Full(string address) => address.Count(c => c == ':') == 2 ? address : $"0000:{address}";
}
