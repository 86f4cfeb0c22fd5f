namespace Passthru.Tests.Hosts;

/// <summary>
/// The lines of pci.ids that the hosts draw on (https://pci-ids.ucw.cz, also under the 3-clause BSD licence). 8086:7a86 is left
/// out on purpose: a chip newer than the list.
/// </summary>
internal static class PciIdsText
{
    public const string Vendors = """
        1000  Broadcom / LSI
        	0097  SAS3008 PCI-Express Fusion-MPT SAS-3
        		1000 30e0  SAS9300-8i
        1002  Advanced Micro Devices, Inc. [AMD/ATI]
        	67df  Ellesmere [Radeon RX 470/480/570/570X/580/580X/590]
        		1da2 e366  Nitro+ Radeon RX 570/580/590
        	aaf0  Ellesmere HDMI Audio [Radeon RX 470/480 / 570/580/590]
        1022  Advanced Micro Devices, Inc. [AMD]
        	1440  Matisse/Vermeer Data Fabric: Device 18h; Function 0
        	1441  Matisse/Vermeer Data Fabric: Device 18h; Function 1
        	1442  Matisse/Vermeer Data Fabric: Device 18h; Function 2
        	1443  Matisse/Vermeer Data Fabric: Device 18h; Function 3
        	1444  Matisse/Vermeer Data Fabric: Device 18h; Function 4
        	1445  Matisse/Vermeer Data Fabric: Device 18h; Function 5
        	1446  Matisse/Vermeer Data Fabric: Device 18h; Function 6
        	1447  Matisse/Vermeer Data Fabric: Device 18h; Function 7
        	1480  Starship/Matisse Root Complex
        	1481  Starship/Matisse IOMMU
        	1482  Starship/Matisse PCIe Dummy Host Bridge
        	1483  Starship/Matisse GPP Bridge
        	1484  Starship/Matisse Internal PCIe GPP Bridge 0 to bus[E:B]
        	1485  Starship/Matisse Reserved SPP
        	1486  Starship/Matisse Cryptographic Coprocessor PSPCPP
        	1487  Starship/Matisse HD Audio Controller
        	149c  Matisse USB 3.0 Host Controller
        	43c6  400 Series Chipset PCIe Bridge
        	43c7  400 Series Chipset PCIe Port
        	43c8  400 Series Chipset SATA Controller
        	43d5  400 Series Chipset USB 3.1 xHCI Compliant Host Controller
        	790b  FCH SMBus Controller
        	790e  FCH LPC Bridge
        1028  Dell
        1043  ASUSTeK Computer Inc.
        10de  NVIDIA Corporation
        	10f0  GP104 High Definition Audio Controller
        	1bb1  GP104GL [Quadro P4000]
        	228e  GA106 High Definition Audio Controller
        	2291  GA107 High Definition Audio Controller
        	2503  GA106 [GeForce RTX 3060]
        	25a2  GA107M [GeForce RTX 3050 Mobile]
        10ec  Realtek Semiconductor Co., Ltd.
        	525a  RTS525A PCI Express Card Reader
        	8125  RTL8125 2.5GbE Controller
        # More than one chip answers to this id
        	8168  RTL8111/8168/8411 PCI Express Gigabit Ethernet Controller
        		10ec 8168  RTL8111/8168 PCI Express Gigabit Ethernet controller
        1102  Creative Labs
        	0012  CA0132 Sound Core3D [Sound Blaster Recon3D / Z-Series / Sound BlasterX AE-5 Plus]
        		1102 0010  SB1570 SB Audigy Fx
        13f6  C-Media Electronics Inc
        	8788  CMI8788 [Oxygen HD Audio]
        		1043 8269  Virtuoso 200 (Xonar D2)
        144d  Samsung Electronics Co Ltd
        	a808  NVMe SSD Controller SM981/PM981/PM983
        		144d a801  SSD 970 EVO
        	a80a  NVMe SSD Controller PM9A1/PM9A3/980PRO
        	a824  NVMe SSD Controller PM173X
        1458  Gigabyte Technology Co., Ltd
        1462  Micro-Star International Co., Ltd. [MSI]
        15b3  Mellanox Technologies
        	1015  MT27710 Family [ConnectX-4 Lx]
        15b7  Sandisk Corp
        	5011  WD PC SN810 / Black SN850 NVMe SSD
        15d9  Super Micro Computer Inc
        17aa  Lenovo
        1849  ASRock Incorporation
        1912  Renesas Technology Corp.
        	0014  uPD720201 USB 3.0 Host Controller
        1a03  ASPEED Technology, Inc.
        	1150  AST1150 PCI-to-PCI Bridge
        	2000  ASPEED Graphics Family
        1b21  ASMedia Technology Inc.
        # Two chips, one id
        	1080  ASM1083/1085 PCIe to PCI Bridge
        	1142  ASM1042A USB 3.0 Host Controller
        1da2  Sapphire Technology Limited
        1def  Ampere Computing, LLC
        	e100  Altra PCI Express Root Complex A
        	e101  Altra PCI Express Root Port a0
        	e110  Altra PCI Express Root Complex B
        	e111  Altra PCI Express Root Port b0
        	e112  Altra PCI Express Root Port b1
        8086  Intel Corporation
        	0953  PCIe Data Center SSD
        		8086 3704  DC P3500 SSD [Add-in Card]
        	09ab  RST VMD Managed Controller
        	1521  I350 Gigabit Network Connection
        		8086 0001  Ethernet Server Adapter I350-T4
        		8086 0002  Ethernet Server Adapter I350-T2
        	1533  I210 Gigabit Network Connection
        		8086 0001  Ethernet Server Adapter I210-T1
        		8086 0002  Ethernet Server Adapter I210-T1
        	1572  Ethernet Controller X710 for 10GbE SFP+
        		8086 0001  Ethernet Converged Network Adapter X710-4
        		8086 0002  Ethernet Converged Network Adapter X710-4
        		8086 0008  Ethernet Converged Network Adapter X710-2
        	1592  Ethernet Controller E810-C for QSFP
        		8086 0001  Ethernet Network Adapter E810-C-Q1
        		8086 0002  Ethernet Network Adapter E810-C-Q2
        	15ef  JHL7540 Thunderbolt 3 Bridge [Titan Ridge DD 2018]
        	1889  Ethernet Adaptive Virtual Function
        	1901  6th-10th Gen Core Processor PCIe Controller (x16)
        	2014  Sky Lake-E Ubox Registers
        	2015  Sky Lake-E Ubox Registers
        	2016  Sky Lake-E Ubox Registers
        	2020  Sky Lake-E DMI3 Registers
        	2024  Sky Lake-E MM/Vt-d Configuration Registers
        	2025  Sky Lake-E RAS
        	2026  Sky Lake-E IOAPIC
        	2030  Sky Lake-E PCI Express Root Port A
        	2031  Sky Lake-E PCI Express Root Port B
        	2032  Sky Lake-E PCI Express Root Port C
        	2033  Sky Lake-E PCI Express Root Port D
        	2034  Sky Lake-E VT-d
        	2035  Sky Lake-E RAS Configuration Registers
        	2036  Sky Lake-E IOxAPIC Configuration Registers
        	2080  Sky Lake-E PCU Registers
        	208d  Sky Lake-E CHA Registers
        	438b  Tiger Lake-H LPC/eSPI Controller
        	43a3  Tiger Lake-H SMBus Controller
        	43bc  Tiger Lake-H PCI Express Root Port #5
        	43c8  Tiger Lake-H HD Audio Controller
        	43e0  Tiger Lake-H Management Engine Interface
        	43ed  Tiger Lake-H USB 3.2 Gen 2x1 xHCI Host Controller
        	43ef  Tiger Lake-H Shared SRAM
        	43f0  Tiger Lake PCH CNVi WiFi
        		8086 0074  Wi-Fi 6 AX201 160MHz
        	460d  12th Gen Core Processor PCI Express x16 Controller #1
        	464d  12th Gen Core Processor PCI Express x4 Controller #0
        	4660  12th Gen Core Processor Host Bridge/DRAM Registers
        	467d  Platform Monitoring Technology
        	467f  Volume Management Device NVMe RAID Controller
        	4680  AlderLake-S GT1
        	591f  Xeon E3-1200 v6/7th Gen Core Processor Host Bridge/DRAM Registers
        	7aa3  Alder Lake-S PCH SMBus Controller
        	7aa4  Alder Lake-S PCH SPI Controller
        	7aa7  Alder Lake-S PCH Shared SRAM
        	7ab8  Alder Lake-S PCH PCI Express Root Port #1
        	7ad0  Alder Lake-S HD Audio Controller
        	7ae0  Alder Lake-S PCH USB 3.2 Gen 2x2 XHCI Controller
        	7ae2  Alder Lake-S PCH SATA Controller [AHCI Mode]
        	7ae8  Alder Lake-S PCH HECI Controller #1
        	9a01  11th Gen Core Processor PCIe Controller #1
        	9a0f  11th Gen Core Processor PCIe Controller #0
        	9a17  Tiger Lake-H Thunderbolt 4 USB Controller
        	9a1f  Tiger Lake-H Thunderbolt 4 NHI #0
        	9a2b  Tiger Lake-H Thunderbolt 4 PCI Express Root Port #0
        	9a36  11th Gen Core Processor Host Bridge/DRAM Registers
        	9a60  TigerLake-H GT1 [UHD Graphics]
        	a182  C620 Series Chipset Family SATA Controller [AHCI mode]
        	a190  C620 Series Chipset Family PCI Express Root Port #1
        	a195  C620 Series Chipset Family PCI Express Root Port #6
        	a1a1  C620 Series Chipset Family Power Management Controller
        	a1a3  C620 Series Chipset Family SMBus
        	a1a4  C620 Series Chipset Family SPI Controller
        	a1af  C620 Series Chipset Family USB 3.0 xHCI Controller
        	a1b1  C620 Series Chipset Family Thermal Subsystem
        	a1ba  C620 Series Chipset Family MEI Controller #1
        	a1bb  C620 Series Chipset Family MEI Controller #2
        	a1be  C620 Series Chipset Family MEI Controller #3
        	a1c1  C621 Series Chipset LPC/eSPI Controller
        	a1d2  C620 Series Chipset Family SSATA Controller [AHCI mode]
        	a1ec  C620 Series Chipset Family MROM 0
        	a282  200 Series PCH SATA controller [AHCI mode]
        	a294  200 Series PCH PCI Express Root Port #5
        	a2a1  200 Series/Z370 Chipset Family Power Management Controller
        	a2a3  200 Series/Z370 Chipset Family SMBus Controller
        	a2af  200 Series/Z370 Chipset Family USB 3.0 xHCI Controller
        	a2c5  200 Series PCH LPC Controller (Z270)
        """;

    public const string Classes = """
        # List of known device classes, subclasses and programming interfaces

        # Syntax:
        # C class	class_name
        #	subclass	subclass_name  		<-- single tab
        #		prog-if  prog-if_name  	<-- two tabs

        C 01  Mass storage controller
        	04  RAID bus controller
        	06  SATA controller
        		00  Vendor specific
        		01  AHCI 1.0
        		02  Serial Storage Bus
        	07  Serial Attached SCSI controller
        		01  Serial Storage Bus
        	08  Non-Volatile memory controller
        		01  NVMHCI
        		02  NVM Express
        C 02  Network controller
        	00  Ethernet controller
        	80  Network controller
        C 03  Display controller
        	00  VGA compatible controller
        		00  VGA controller
        		01  8514 controller
        	02  3D controller
        C 04  Multimedia controller
        	01  Multimedia audio controller
        	03  Audio device
        C 05  Memory controller
        	00  RAM memory
        	80  Memory controller
        C 06  Bridge
        	00  Host bridge
        	01  ISA bridge
        	04  PCI bridge
        		00  Normal decode
        		01  Subtractive decode
        	07  CardBus bridge
        	80  Bridge
        C 07  Communication controller
        	80  Communication controller
        C 08  Generic system peripheral
        	00  PIC
        		00  8259
        		01  ISA PIC
        		02  EISA PIC
        		10  IO-APIC
        		20  IO(X)-APIC
        	06  IOMMU
        	80  System peripheral
        C 0c  Serial bus controller
        	03  USB controller
        		00  UHCI
        		10  OHCI
        		20  EHCI
        		30  XHCI
        		40  USB4 Host Interface
        		80  Unspecified
        		fe  USB Device
        	05  SMBus
        	80  Serial bus controller
        C 10  Encryption controller
        	80  Encryption controller
        C 11  Signal processing controller
        	01  Performance counters
        	80  Signal processing controller
        C 13  Non-Essential Instrumentation
        C ff  Unassigned class

        """;
}
