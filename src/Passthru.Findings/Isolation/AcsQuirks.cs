using Passthru.Findings.Values;
using static Passthru.Findings.Isolation.AcsQuirkResult;
using static Passthru.Findings.Isolation.AcsQuirkScope;

namespace Passthru.Findings.Isolation;

/// <summary>
/// The table pci_dev_acs_enabled of drivers/pci/quirks.c, in its order, for the flags that groups ask for (SV, RR, CR, UF): the
/// same in Linux 6.1.192, 6.12.95 and 7.2.13, each row with the version that brought it (or a little later: an earlier kernel may have any
/// row from a stable release, and is not trusted to lack it); which releases of 5.4 to 6.12 took a row over tells when it was new. The override patch of Proxmox puts its own row between the
/// two parts.
/// </summary>
internal static class AcsQuirks
{
    public static readonly AcsQuirk[] BeforeOverride =
    [
        // pci_quirk_amd_sb_acs
        new(0x1002, AmdSouthbridge, Isolated, 0x4385, 0x439c, 0x4383, 0x439d, 0x4384, 0x4399),
        new(0x1022, AmdSouthbridge, Isolated, 0x780f, 0x7809),

        // pci_quirk_mf_endpoint_acs: Solarflare; Intel 82598 to X550, 82580, 82576, 82575, I350, 82571, I219
        new(0x1924, Always, Isolated, 0x0903, 0x0923, 0x0a03),
        new(0x8086, Always, Isolated, 0x10c6, 0x10db, 0x10dd, 0x10e1, 0x10f1, new(0x10f7, 0x10fc), 0x1507, 0x1514, 0x151c, 0x1529, 0x152a, 0x154d, 0x154f, 0x1551, 0x1558),
        new(0x8086, Always, Isolated, 0x1509, new(0x150e, 0x1511), 0x1516, 0x1527),
        new(0x8086, Always, Isolated, 0x10c9, new(0x10e6, 0x10e8), 0x150a, 0x150d, 0x1518, 0x1526),
        new(0x8086, Always, Isolated, 0x10a7, 0x10a9, 0x10d6),
        new(0x8086, Always, Isolated, new DeviceIds(0x1521, 0x1524)),
        new(0x8086, Always, Isolated, new(0x105e, 0x1060), 0x10d9),
        new(0x8086, Always, Isolated, 0x15b7, 0x15b8),

        // pci_quirk_rciep_acs: VT-d promises it for every endpoint within the root complex
        new(0x8086, Integrated, Isolated) { Since = new(5, 8) },

        // pci_quirk_qcom_rp_acs; HXT
        new(0x17cb, Always, Isolated, 0x0400, 0x0401),
        new(0x17cb, Always, Isolated, 0x0115) { Since = new(6, 12) },
        new(0x17cb, Always, Isolated, 0x0111, 0x0120) { Since = new(7, 1) },
        new(0x1dbf, Always, Isolated, 0x0401) { Since = new(5, 0) },

        // pci_quirk_intel_pch_acs: Intel 5 to 9 series chipsets, C600 and C610, from before ports had ACS
        new(0x8086, RootPort, ChipsetWorkaround, new(0x3b42, 0x3b51), new(0x1c10, 0x1c1f), new(0x1e10, 0x1e1f), new(0x8c10, 0x8c1f), new(0x9c10, 0x9c1b), new(0x9c90, 0x9c9b)),
        new(0x8086, RootPort, ChipsetWorkaround, 0x1d10, 0x1d12, 0x1d14, 0x1d16, 0x1d18, 0x1d1a, 0x1d1c, 0x1d1e, new(0x8d10, 0x8d1e)),
        new(0x8086, RootPort, ChipsetWorkaround, 0x8c90, 0x8c92, 0x8c94, 0x8c96, 0x8c98, 0x8c9a, 0x8c9c, 0x8c9e),

        // pci_quirk_intel_spt_pch_acs: 100 and 200 series chipsets, 7th and 8th generation mobile
        new(0x8086, RootPort, WideRegisters, new(0xa110, 0xa11f), new(0xa167, 0xa16a), new(0xa290, 0xa29f), new(0xa2e7, 0xa2ee), new(0x9d10, 0x9d1b)),

        // pci_quirk_mf_endpoint_acs: Emulex BE3-R and Skyhawk-R
        new(0x19a2, Always, Isolated, 0x0710),
        new(0x10df, Always, Isolated, 0x0720),

        // pci_quirk_cavium_acs; pci_quirk_mf_endpoint_acs for its network functions
        new(0x177d, RootPort, Isolated, new DeviceIds(0xa000, 0xa7ff)),
        new(0x177d, RootPort, Isolated, 0xaf84, 0xb884) { Since = new(5, 5) },
        new(0x177d, Always, Isolated, 0xa026, 0xa059, 0xa060) { Since = new(5, 15) },

        // pci_quirk_xgene_acs
        new(0x10e8, Always, Isolated, 0xe004),
    ];

    public static readonly AcsQuirk[] AfterOverride =
    [
        // Ampere root ports
        new(0x1def, Always, Isolated, new DeviceIds(0xe005, 0xe00c)) { Since = new(5, 0) },

        // pci_quirk_mf_endpoint_acs: Broadcom network functions; pci_quirk_brcm_acs
        new(0x14e4, Always, Isolated, 0x16d7) { Since = new(5, 13) },
        new(0x14e4, Always, Isolated, new DeviceIds(0x1750, 0x1752)) { Since = new(6, 0) },
        new(0x14e4, Always, Isolated, new DeviceIds(0x1760, 0x1763)) { Since = new(6, 13) },
        new(0x14e4, Always, Isolated, 0xd714) { Since = new(5, 6) },

        // pci_quirk_loongson_acs
        new(0x0014, Always, Isolated, 0x3c09, 0x3c19, 0x3c29, 0x7a09, 0x7a19, 0x7a29, 0x7a39, 0x7a49, 0x7a59, 0x7a69) { Since = new(6, 16) },

        // pci_quirk_al_acs
        new(0x1c36, RootPort, Isolated, 0x0031) { Since = new(5, 5) },

        // pci_quirk_mf_endpoint_acs: Zhaoxin
        new(0x1d17, Always, Isolated, 0x3038, 0x3104, 0x9083) { Since = new(5, 7) },

        // pci_quirk_nxp_rp_acs
        new(0x1957, Always, Isolated, new(0x8d80, 0x8d83), new(0x8d88, 0x8d8b), new(0x8d90, 0x8d93), new(0x8d98, 0x8d9b)) { Since = new(6, 0) },
        new(0x1957, Always, Isolated, new(0x8da0, 0x8da2), 0x8da8, 0x8da9, 0x8db0, 0x8db1, 0x8db8, 0x8db9) { Since = new(6, 0) },

        // pci_quirk_zhaoxin_pcie_ports_acs: other ports of theirs count as open, with or without the capability
        new(0x1d17, Port, Isolated, new(0x0710, 0x071e), 0x0721, new(0x0723, 0x0732)) { Since = new(5, 7) },
        new(0x1d17, Port, Isolated, new DeviceIds(0x0733, 0x0752)) { Since = new(6, 8) },
        new(0x1d17, Port, NotIsolated) { Since = new(5, 7) },

        // pci_quirk_wangxun_nic_acs
        new(0x8088, Always, Isolated, new(0x0100, 0x010f), 0x1001, 0x2001) { Since = new(6, 3) },
        new(0x8088, Always, Isolated, 0x5010, 0x5025, 0x5040, 0x5110, 0x5125, 0x5140) { Since = new(6, 14) },
        new(0x8088, Always, NotIsolated) { Since = new(6, 3) },
    ];
}
