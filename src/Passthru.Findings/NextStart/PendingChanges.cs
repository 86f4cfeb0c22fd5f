using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.NextStart;

/// <summary>Whether the next start takes other devices than the running VM has.</summary>
internal static class PendingChanges
{
    /// <summary>Null: it is not known whether the VM runs, or how it would start. A VM that is off has nothing that could change.</summary>
    public static bool? Find(VmState state, EndpointIndex endpoints)
    {
        if (state.Vm.IsProcessOnly)
        {
            return null;
        }

        if (state.IsRunning != true || state.Vm.IsTemplate)
        {
            return state.IsRunning is null ? null : false;
        }

        var next = state.Vm.Devices;
        if (next.Any(device => device is { IsMediated: false, Through: null, Choices.IsEmpty: true }))
        {
            // It goes through a mapping, and the mappings could not be read.
            return null;
        }

        if (state.Vm.StartedWith is { } before && !Wanted(before).SequenceEqual(Wanted(next)))
        {
            return true;
        }

        return state.InUse is { } used && Differ([.. used], [.. next.Where(device => !device.IsMediated)], endpoints);
    }

    /// <summary>What entries ask for, whatever their names.</summary>
    private static IEnumerable<string> Wanted(IEnumerable<VmDevice> devices) => devices
        .Select(device => $"{device.MediatedType} {string.Join(" | ", device.Choices.Select(choice => string.Join('+', choice.Functions)))}")
        .Order(StringComparer.Ordinal);

    /// <summary>An entry none of whose alternatives is in use, or a function in use that no entry asks for.</summary>
    private static bool Differ(HashSet<PciAddress> used, IReadOnlyList<VmDevice> next, EndpointIndex endpoints)
    {
        var asked = next.SelectMany(device => device.Choices).SelectMany(choice => choice.Functions).SelectMany(endpoints.Selected).ToHashSet();
        return next.Any(device => !device.Choices.IsEmpty && !device.Choices.Any(choice => choice.Functions.SelectMany(endpoints.Selected).All(used.Contains)))
            || used.Any(function => !asked.Contains(function));
    }
}
