using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>Proxmox VE among the VM managers.</summary>
internal static class ProxmoxManager
{
    private const string Scope = ".scope";

    /// <summary>pci_dev_group_bind_to_vfio in PVE/SysFSTools.pm binds the whole group; each VM runs in <c>VMID.scope</c> below qemu.slice.</summary>
    public static readonly VmManager Row = new()
    {
        Name = "proxmox",
        Title = "Proxmox VE",
        Collector = Collector.Proxmox,
        StartTakesWholeGroup = true,
        Read = ProxmoxReader.Read,
        WithStarts = ProxmoxStarts.Add,
        IdOf = process => process.VmId,
        IdOfScope = IdOfScope,
        Owns = Owns,
        Redact = (path, text, names) => ProxmoxRedaction.Redact(path, text, names) ?? ProxmoxStarts.Redact(path, text),
        RedactPath = ProxmoxStarts.RedactPath,
    };

    /// <summary>Only root puts a process into a scope of qemu.slice, or leaves it in no unit at all.</summary>
    private static bool Owns(ProcessTraits traits, VmProcess process) =>
        process.VmId is { } id
        && !process.IsInContainer
        && (traits.Group.Unit is { } unit ? IdOfScope(unit) == id : traits.Group.Path is null or "/");

    private static string? IdOfScope(string unit) =>
        unit.EndsWith(Scope, StringComparison.Ordinal) && Number.TryParse(unit.AsSpan()[..^Scope.Length], out _) ? unit[..^Scope.Length] : null;
}
