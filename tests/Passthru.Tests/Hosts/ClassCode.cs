namespace Passthru.Tests.Hosts;

/// <summary>Class codes as in sysfs: base, sub, programming interface.</summary>
internal static class ClassCode
{
    public const int Sata = 0x010601;
    public const int Sas = 0x010700;
    public const int Raid = 0x010400;
    public const int Nvme = 0x010802;
    public const int Ethernet = 0x020000;
    public const int Wireless = 0x028000;
    public const int Vga = 0x030000;
    public const int Display3D = 0x030200;
    public const int Audio = 0x040300;
    public const int Ram = 0x050000;
    public const int HostBridge = 0x060000;
    public const int IsaBridge = 0x060100;
    public const int PciBridge = 0x060400;
    public const int CardbusBridge = 0x060700;
    public const int OtherBridge = 0x068000;
    public const int Communication = 0x078000;
    public const int Iommu = 0x080600;
    public const int Peripheral = 0x088000;
    public const int CardReader = 0xff0000;
    public const int Usb = 0x0c0330;
    public const int Usb4 = 0x0c0340;
    public const int SmBus = 0x0c0500;
    public const int SerialBus = 0x0c8000;
    public const int Crypto = 0x108000;
    public const int Signal = 0x118000;
    public const int Performance = 0x110100;
    public const int Instrumentation = 0x130000;
}
