using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Processes;

/// <summary>Whether anything of VFIO is open, without a look at any process.</summary>
internal sealed record VfioUse
{
    private const string Module = "sys/module/vfio";

    /// <summary>
    /// References on the module beyond those of the modules that stand on it. Every open file has one or more: the operations of
    /// containers, groups and devices all say <c>.owner = THIS_MODULE</c> (drivers/vfio/container.c, group.c, vfio_main.c), and
    /// the kernel keeps the owner of an open file (fops_get in chrdev_open and misc_open, __anon_inode_getfile). So none says
    /// that nothing is open, groups without an open device included. Null where VFIO is built in, or not there: then nothing counts.
    /// </summary>
    public required int? References { get; init; }

    /// <summary>Functions that somebody has open, all of them; null where functions are not known, or not of each whether it is open.</summary>
    public required EquatableArray<PciFunction>? Held { get; init; }

    /// <summary>Nothing is open, and no process has to be looked into.</summary>
    public required bool IsNone { get; init; }

    public static VfioUse Read(HostReader files, PciFacts? pci)
    {
        var references = CountReferences(files);
        var held = pci is null || !pci.Unseen.IsEmpty || pci.Functions.Any(MayBeHeld) ? (ImmutableArray<PciFunction>?)null : [.. pci.Functions.Where(IsHeld)];
        return new VfioUse { References = references, Held = held, IsNone = references is null or 0 && (held is { } all ? all.IsEmpty : HasNoNodes(files)) };
    }

    /// <summary>VFIO has nothing that could be opened. A list that is refused says nothing.</summary>
    private static bool HasNoNodes(HostReader files) =>
        files.Noting(() => files.Names("sys/class/vfio") is null or [] && files.Names("sys/class/vfio-dev") is null or [], out var isComplete) && isComplete;

    private static bool MayBeHeld(PciFunction function) => !function.Tells("enable") && function.Driver is null or { IsVfio: true };

    private static int? CountReferences(HostReader files) =>
        files.Value<int>($"{Module}/refcnt", Number.TryParse) is { } count && files.Names($"{Module}/holders") is { } modules
            ? Math.Max(0, count - modules.Count)
            : null;

    /// <summary>
    /// VFIO enables a function when it is opened (vfio_pci_core_enable). One without a driver is held when its removal waits for
    /// the holder.
    /// </summary>
    private static bool IsHeld(PciFunction function) => function.EnableCount >= 1 && (function.Driver?.IsVfio ?? function.UnbindPending);
}
