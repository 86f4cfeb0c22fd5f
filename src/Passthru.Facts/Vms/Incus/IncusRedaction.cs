using Passthru.Facts.Capture;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Vms.Incus;

/// <summary>Of Incus' files what <see cref="IncusReader"/> looks at.</summary>
internal static class IncusRedaction
{
    public static string? Redact(string[] path, string text, Pseudonyms? names) =>
        path is ["run", "incus", _, "qemu.conf"] ? QemuConfigFile.Parse(text).Bare(names) : null;
}
