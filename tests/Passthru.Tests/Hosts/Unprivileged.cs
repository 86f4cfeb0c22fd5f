namespace Passthru.Tests.Hosts;

/// <summary>
/// What a reader without CAP_SYS_ADMIN sees on an older kernel: config space ends after the header, and there is no
/// reset_method to make up for it. Capabilities are unknown here, which is not the same as missing.
/// </summary>
internal static class Unprivileged
{
    public static FakeHost Host() => IntelDesktop.Host() with
    {
        Kernel = new("5.10.0-33-amd64"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-5.10.0-33-amd64 root=/dev/nvme0n1p2 ro quiet intel_iommu=on",
        ReadableConfig = 64,
    };
}
