using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// What the operator set beside the definitions: links in <c>/etc/libvirt/qemu/autostart</c> (virsh autostart), and hooks, which run
/// at the start of every domain: <c>/etc/libvirt/hooks/qemu</c> and what is in <c>qemu.d</c> (docs/hooks.rst).
/// </summary>
/// <param name="Autostart">Names of links; null: can't be seen.</param>
/// <param name="HasHook">There is a hook.</param>
internal sealed record OperatorFiles(IReadOnlySet<string>? Autostart, bool HasHook)
{
    public const string AutostartDirectory = "etc/libvirt/qemu/autostart";
    private const string Hook = "etc/libvirt/hooks/qemu";

    /// <summary>The directory is made for the first link.</summary>
    public static OperatorFiles Read(HostReader files) => new(
        files.Exists(AutostartDirectory) == false ? new HashSet<string>() : files.NameSet(AutostartDirectory),
        files.Exists(Hook) == true || (files.Exists($"{Hook}.d") == true && files.Names($"{Hook}.d") is { Count: > 0 }));

    public Vm Add(Vm vm) => vm with { StartsWithHost = Autostart?.Contains($"{vm.Id}.xml"), HasHook = HasHook };
}
