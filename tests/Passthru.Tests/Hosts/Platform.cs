namespace Passthru.Tests.Hosts;

internal enum Platform
{
    Intel,
    Amd,
    Arm,
}
