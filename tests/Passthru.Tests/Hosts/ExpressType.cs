namespace Passthru.Tests.Hosts;

/// <summary>Device/port type of a PCI Express function (PCIe 7.5.3.2, bits 7:4 of the capabilities register).</summary>
internal enum ExpressType
{
    Endpoint = 0,
    LegacyEndpoint = 1,
    RootPort = 4,
    UpstreamPort = 5,
    DownstreamPort = 6,
    PciBridge = 7,
    Integrated = 9,
    EventCollector = 10,
}
