using Passthru.Findings.Values;

namespace Passthru.Findings.HostCritical;

/// <summary>What stands on functions, as a sentence has it.</summary>
internal static class UsedParts
{
    /// <summary>So many guests are named; of more their number is told.</summary>
    private const int MaxNames = 8;

    public static IEnumerable<string> Describe(IEnumerable<HostCriticalUse> uses)
    {
        foreach (var reason in uses.GroupBy(use => use.Reason).OrderBy(reason => reason.Key))
        {
            var names = reason.Select(Name).Distinct().Order(NaturalOrder.Comparer).ToList();
            foreach (var name in names.Take(MaxNames))
            {
                yield return name;
            }

            if (names.Count > MaxNames)
            {
                yield return $"{names.Count - MaxNames} more such";
            }
        }
    }

    private static string Name(HostCriticalUse use) => use.Reason switch
    {
        HostCriticalReason.RootDisk => "the host's root file system",
        HostCriticalReason.MountedDisk => $"the host's file systems (such as {use.Chain[0]})",
        HostCriticalReason.Swap => "the host's swap",
        HostCriticalReason.BootDisk => "the partition that the host starts from",
        HostCriticalReason.VmDisk => $"a disk of {Vm(use) ?? use.Chain[0]}",
        HostCriticalReason.StorageService => $"a storage service ({use.Program ?? string.Join(' ', use.Chain.Take(2))})",
        HostCriticalReason.DefaultRoute => "the host's default route",
        HostCriticalReason.ManagementNetwork => use.Chain[0].StartsWith("route", StringComparison.Ordinal) ? $"the host's {use.Chain[0]}" : "an address of the host",
        HostCriticalReason.GuestNetwork => $"the network of {Vm(use) ?? $"the guest at {use.Chain[0]}"}",
        HostCriticalReason.BootDisplay => "the host's display",
        HostCriticalReason.ContainerDevice => Vm(use) ?? use.Chain[0],
        _ => "the host's only keyboard",
    };

    private static string? Vm(HostCriticalUse use) => use.Vm is { } vm ? $"VM {vm}" : use.Container is { } container ? $"container {container}" : null;
}
