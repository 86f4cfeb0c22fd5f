using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Findings.Guests;

namespace Passthru.Findings.Ownership;

/// <summary>A process that has VFIO open, and for which virtual machine.</summary>
/// <param name="Holder">The process.</param>
/// <param name="Groups">Groups it holds, by name.</param>
/// <param name="Vm">The machine it runs; null where it runs none.</param>
/// <param name="IsStale">It belongs to no running machine, and to no program that the configuration allows; null where that can't be told.</param>
public sealed record HolderVerdict(VfioHolder Holder, ImmutableArray<string> Groups, string? Vm, bool? IsStale);

/// <summary>Finds out whom holders of VFIO work for.</summary>
internal static class HolderRule
{
    public static ImmutableArray<HolderVerdict> Of(
        HostFacts facts, Endpoints endpoints, Expectations expectations, ImmutableArray<GuestState> guests) =>
        [.. (facts.Processes?.Holders ?? []).Select(holder => Judge(holder, endpoints, facts, expectations, guests))];

    private static HolderVerdict Judge(
        VfioHolder holder, Endpoints endpoints, HostFacts facts, Expectations expectations, ImmutableArray<GuestState> guests)
    {
        var owner = guests.FirstOrDefault(guest => guest.IsRunning == true && IsOf(holder, guest));
        var groups = holder.Groups.Concat(holder.Functions.Select(endpoints.At).OfType<PciFunction>().Select(function => function.Group).OfType<string>());
        var isStale = owner is not null || expectations.Holders.Contains(holder.Program) ? false
            : facts.Processes!.VirtualMachinesTold && facts.Proxmox?.DefinitionsTold != false && facts.Libvirt?.DefinitionsTold != false && guests.All(guest => guest.IsRunning is not null) ? true
            : (bool?)null;
        return new HolderVerdict(holder, [.. groups.Distinct().Order(StringComparer.Ordinal)], owner?.Guest.Id, isStale);
    }

    /// <summary>By number where the machine's process is known; a second process in its scope is then none of it.</summary>
    private static bool IsOf(VfioHolder holder, GuestState guest) =>
        (guest.Process?.Pid ?? guest.Guest.Pid) is { } pid ? pid == holder.Pid : holder.Unit is { } unit && Scope.IsOf(unit, guest.Guest);
}
