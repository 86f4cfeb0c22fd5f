using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Guests;
using Passthru.Findings.Ownership;

namespace Passthru.Findings;

/// <summary>
/// Functions of which VMs have a part: a virtual function, or a mediated device. They keep their host driver, and whoever takes
/// them from it takes the part away: its remove function ends SR-IOV and mediation.
/// </summary>
internal sealed class PartsInUse
{
    private readonly ILookup<PciAddress, PartInUse> _parts;

    private PartsInUse(IEnumerable<(PciAddress Whole, PartInUse Part)> parts)
    {
        _parts = parts.Distinct().ToLookup(pair => pair.Whole, pair => pair.Part);
    }

    public ImmutableArray<PartInUse> Of(PciAddress function) => [.. _parts[function].OrderBy(part => part.Part, StringComparer.Ordinal)];

    public static PartsInUse Of(HostFacts facts, Endpoints endpoints, ImmutableArray<GuestState> guests, OwnershipVerdict ownership)
    {
        var running = guests.Where(guest => guest.IsRunning == true).ToList();
        return new PartsInUse(VirtualFunctions(endpoints, running, ownership).Concat(Mediated(facts, endpoints, running, ownership)));
    }

    /// <summary>Held, or open by VFIO.</summary>
    private static IEnumerable<(PciAddress, PartInUse)> VirtualFunctions(Endpoints endpoints, List<GuestState> running, OwnershipVerdict ownership)
    {
        foreach (var function in endpoints.All)
        {
            if (function.PhysicalFunction is not { } physical)
            {
                continue;
            }

            var vm = running.Find(guest => HasFunction(guest, endpoints, function.Address))?.Guest.Id
                ?? (function.Group is { } group ? ownership.HoldersOf(group)?.FirstOrDefault()?.Vm : null);
            if (vm is not null || (function.Driver?.IsVfio == true && function.EnableCount > 0))
            {
                yield return (physical, new PartInUse(function.Address.ToString(), vm));
            }
        }
    }

    private static bool HasFunction(GuestState guest, Endpoints endpoints, PciAddress function) =>
        guest.Guest.Devices.Any(device => device.Choices.Any(choice =>
            choice.Functions.SelectMany(endpoints.Selected).Contains(function) && guest.Uses(device, choice, function) == true));

    /// <summary>By the group of the mediated device that a process holds, else by the entry of a running VM.</summary>
    private static IEnumerable<(PciAddress, PartInUse)> Mediated(HostFacts facts, Endpoints endpoints, List<GuestState> running, OwnershipVerdict ownership)
    {
        foreach (var group in facts.Iommu?.Groups ?? [])
        {
            foreach (var parent in group.Parents)
            {
                if (ownership.HoldersOf(group.Name)?.FirstOrDefault() is { } holder)
                {
                    yield return (parent, new PartInUse($"mediated device in group {group.Name}", holder.Vm));
                }
            }
        }

        foreach (var guest in running)
        {
            foreach (var device in guest.Guest.Devices.Where(device => device.IsMediated && device.Choices.Length == 1))
            {
                var parents = device.Choices[0].Functions.SelectMany(endpoints.Selected).Select(endpoints.At).OfType<PciFunction>().Where(parent => !parent.IsVirtual);
                foreach (var parent in parents)
                {
                    yield return (parent.Address, new PartInUse($"mediated device {device.Slot} of VM {guest.Guest.Id}", guest.Guest.Id));
                }
            }
        }
    }
}

/// <summary>A part of a function that is in use.</summary>
/// <param name="Part">The virtual function, or what names the mediated device.</param>
/// <param name="Vm">The VM that has it; null: not known.</param>
public sealed record PartInUse(string Part, string? Vm);
