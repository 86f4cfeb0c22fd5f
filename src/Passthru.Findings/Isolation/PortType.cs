namespace Passthru.Findings.Isolation;

/// <summary>What a function is to PCI Express: bits 7:4 of its capabilities register (PCIe 6.0, 7.5.3.2), or not PCI Express at all.</summary>
internal enum PortType
{
    NotExpress = -1,
    Endpoint = 0,
    LegacyEndpoint = 1,
    RootPort = 4,
    UpstreamPort = 5,
    DownstreamPort = 6,
    ExpressToPciBridge = 7,
    PciToExpressBridge = 8,
    IntegratedEndpoint = 9,
    EventCollector = 10,
}
