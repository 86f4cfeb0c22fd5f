using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Plans;

/// <summary>Slots of the board below ports whose groups have nothing else in them: a card there has a group of its own.</summary>
internal static class OtherSlots
{
    /// <summary>Null: the firmware names no such slot.</summary>
    public static string? Sentence(PlanSubject subject)
    {
        var free = Find(subject).ToList();
        return free.Count == 0 ? null : $"Move the card: {Names.And(free)} {(free.Count == 1 ? "has" : "have")} an IOMMU group of {(free.Count == 1 ? "its" : "their")} own.";
    }

    private static IEnumerable<string> Find(PlanSubject subject)
    {
        var functions = subject.Facts.Pci?.Functions ?? [];
        foreach (var slot in subject.Facts.Platform?.Slots ?? [])
        {
            var there = subject.Endpoints.At(slot.Address);
            var port = there is { IsEndpoint: false } ? there : there?.Path.Parent is { } above ? subject.Endpoints.At(above) : null;
            if (port is null || subject.Asked.Any(asked => asked.Path.Ancestors.Contains(port.Address)) || !IsAlone(subject, port))
            {
                continue;
            }

            var below = functions.Where(function => function.IsEndpoint && function.Path.Ancestors.Contains(port.Address)).ToList();
            yield return below.Count == 0 ? $"slot {slot.Designation} (empty)" : $"slot {slot.Designation} (now {Names.For(below[0])})";
        }
    }

    /// <summary>Whoever is in the port's group is on the way to the slot or in it.</summary>
    private static bool IsAlone(PlanSubject subject, PciFunction port) =>
        subject.GroupOf(port)?.Group.Functions is { } members
        && members.Select(subject.Endpoints.At).All(member => member is not null
            && (member.Address == port.Address || port.Path.Ancestors.Contains(member.Address) || member.Path.Ancestors.Contains(port.Address)));
}
