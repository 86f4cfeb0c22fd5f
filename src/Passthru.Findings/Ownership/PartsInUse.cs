using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.Ownership;

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

    public ImmutableArray<PartInUse> PartsOf(PciAddress function) => [.. _parts[function].OrderBy(part => part.Part, StringComparer.Ordinal)];

    public static PartsInUse Collect(HostFacts facts, EndpointIndex endpoints, ImmutableArray<VmState> vms, OwnershipVerdict ownership)
    {
        var running = vms.Where(vm => vm.IsRunning == true).ToList();
        return new PartsInUse(VirtualFunctions(endpoints, running, ownership).Concat(Mediated(facts, endpoints, running, ownership)));
    }

    /// <summary>Held, or open by VFIO.</summary>
    private static IEnumerable<(PciAddress, PartInUse)> VirtualFunctions(EndpointIndex endpoints, List<VmState> running, OwnershipVerdict ownership)
    {
        foreach (var function in endpoints.All)
        {
            if (function.PhysicalFunction is not { } physical)
            {
                continue;
            }

            var vm = running.Find(vm => HasFunction(vm, endpoints, function.Address))?.Vm.Id
                ?? (function.Group is { } group ? ownership.HoldersOf(group)?.FirstOrDefault()?.Vm : null);
            if (vm is not null || (function.Driver?.IsVfio == true && function.EnableCount > 0))
            {
                yield return (physical, new PartInUse(function.Address.ToString(), vm));
            }
        }
    }

    private static bool HasFunction(VmState vm, EndpointIndex endpoints, PciAddress function) =>
        vm.Vm.Devices.Any(device => device.Choices.Any(choice =>
            choice.Functions.SelectMany(endpoints.Selected).Contains(function) && vm.HostDependencies(device, choice, function) == true));

    /// <summary>By the group of the mediated device that a process holds, else by the entry of a running VM.</summary>
    private static IEnumerable<(PciAddress, PartInUse)> Mediated(HostFacts facts, EndpointIndex endpoints, List<VmState> running, OwnershipVerdict ownership)
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

        foreach (var vm in running)
        {
            foreach (var device in vm.Vm.Devices.Where(device => device.IsMediated && device.Choices.Length == 1))
            {
                var parents = device.Choices[0].Functions.SelectMany(endpoints.Selected).Select(endpoints.At).OfType<PciFunction>().Where(parent => !parent.IsVirtual);
                foreach (var parent in parents)
                {
                    yield return (parent.Address, new PartInUse($"mediated device {device.Slot} of VM {vm.Vm.Id}", vm.Vm.Id));
                }
            }
        }
    }
}

/// <summary>A part of a function that is in use.</summary>
/// <param name="Part">The virtual function, or what names the mediated device.</param>
/// <param name="Vm">The VM that has it; null: not known.</param>
public sealed record PartInUse(string Part, string? Vm);
