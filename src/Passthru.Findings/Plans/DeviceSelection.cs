using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Devices;

namespace Passthru.Findings.Plans;

/// <summary>
/// The functions that a word means: an address (<c>01:00.0</c>, <c>01:00</c> for all of a slot), a vendor and device
/// (<c>10de:2204</c>), a name of the kernel (<c>nvme1</c>, <c>enp3s0</c>, <c>card1</c>, <c>sda</c>), the name of a physical slot.
/// </summary>
public static class DeviceSelection
{
    /// <summary>Empty: nothing here is called so.</summary>
    public static ImmutableArray<PciFunction> Find(HostFacts facts, string word)
    {
        var functions = facts.Pci?.Functions ?? [];
        if (PciId.TryParse(word.ToLowerInvariant(), out var id))
        {
            return [.. functions.Where(function => function.Id == id)];
        }

        if (PciSelector.TryParse(word, out var selector))
        {
            return [.. functions.Where(function => selector.Covers(function.Address))];
        }

        var named = Named(facts, word).ToHashSet();
        var slots = facts.Pci is null ? null : new SlotNames(facts.Pci, facts.Platform);
        return [.. functions.Where(function => named.Count > 0 ? named.Contains(function.Address) : function.IsEndpoint && !function.IsVirtual && slots?.Find(function) == word)];
    }

    /// <summary>Words that this host knows, for who mistyped one.</summary>
    public static IEnumerable<string> Known(HostFacts facts) =>
        (facts.HostDependencies?.Names ?? []).Select(it => it.Name).Concat((facts.HostDependencies?.Disks ?? []).Select(disk => disk.Name)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>An interface, a card, a controller or a disk; a controller of NVMe by its disks where nothing else tells.</summary>
    private static IEnumerable<PciAddress> Named(HostFacts facts, string word)
    {
        var uses = facts.HostDependencies;
        return (uses?.Names ?? []).Where(it => it.Name == word).Select(it => it.Function)
            .Concat((uses?.Disks ?? []).Where(disk => disk.Name == word || IsController(word, disk.Name)).Select(disk => disk.Function));
    }

    private static bool IsController(string word, string disk) =>
        word.StartsWith("nvme", StringComparison.Ordinal) && disk.StartsWith($"{word}n", StringComparison.Ordinal) && word.Length > 4 && word[4..].All(char.IsAsciiDigit);
}
