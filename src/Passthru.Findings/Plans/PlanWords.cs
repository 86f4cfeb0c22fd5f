using Passthru.Facts.Pci;
using Passthru.Facts.Vms;

namespace Passthru.Findings.Plans;

/// <summary>How a plan calls things.</summary>
internal static class PlanWords
{
    /// <summary><c>VM 100 (fw)</c>.</summary>
    public static string Vm(Vm vm) => vm.Name is { } name && name != vm.Id ? $"VM {vm.Id} ({name})" : $"VM {vm.Id}";

    /// <summary>All functions of a list that share a slot with it are in the list, so that the slot stands for them.</summary>
    public static bool IsWholeSlot(PciFunction function, IReadOnlyCollection<PciFunction> listed, IEnumerable<PciFunction> all) =>
        function is { IsVirtual: false, Path.Parent: not null } && all.Where(other => other.Address.SharesSlotWith(function.Address) && other.IsEndpoint).All(listed.Contains);

    /// <summary>Slots where all of a slot go, else functions: <c>0000:01:00</c>, <c>0000:03:00.1</c>.</summary>
    public static IEnumerable<(string Name, PciFunction First)> Hosts(IReadOnlyCollection<PciFunction> going, IReadOnlyCollection<PciFunction> all) =>
        going.OrderBy(function => function.Address)
            .Select(function => (Name: IsWholeSlot(function, going, all) ? function.Address.ToString()[..^2] : function.Address.ToString(), First: function))
            .DistinctBy(host => host.Name);
}
