namespace Passthru.Findings;

/// <summary>What stands on functions, as a sentence has it.</summary>
internal static class UsedParts
{
    /// <summary>So many guests are named; of more their number is told.</summary>
    private const int MostNames = 8;

    public static IEnumerable<string> Of(IEnumerable<CriticalUse> uses)
    {
        foreach (var reason in uses.GroupBy(use => use.Reason).OrderBy(reason => reason.Key))
        {
            var names = reason.Select(Name).Distinct().Order(CountingOrder.Comparer).ToList();
            foreach (var name in names.Take(MostNames))
            {
                yield return name;
            }

            if (names.Count > MostNames)
            {
                yield return $"{names.Count - MostNames} more such";
            }
        }
    }

    private static string Name(CriticalUse use) => use.Reason switch
    {
        CriticalReason.RootDisk => "the host's root file system",
        CriticalReason.MountedDisk => $"the host's file systems (such as {use.Chain[0]})",
        CriticalReason.Swap => "the host's swap",
        CriticalReason.BootDisk => "the partition that the host starts from",
        CriticalReason.VmDisk => $"a disk of {Guest(use) ?? use.Chain[0]}",
        CriticalReason.StorageService => $"a storage service ({use.Program ?? string.Join(' ', use.Chain.Take(2))})",
        CriticalReason.DefaultRoute => "the host's default route",
        CriticalReason.ManagementNetwork => use.Chain[0].StartsWith("route", StringComparison.Ordinal) ? $"the host's {use.Chain[0]}" : "an address of the host",
        CriticalReason.GuestNetwork => $"the network of {Guest(use) ?? $"the guest at {use.Chain[0]}"}",
        CriticalReason.BootDisplay => "the host's display",
        CriticalReason.ContainerDevice => Guest(use) ?? use.Chain[0],
        _ => "the host's only keyboard",
    };

    private static string? Guest(CriticalUse use) => use.Vm is { } vm ? $"VM {vm}" : use.Container is { } container ? $"container {container}" : null;
}
