using Passthru.Facts;
using Passthru.Facts.Baseline;
using Passthru.Facts.Platform;

namespace Passthru.Findings.Drift;

/// <summary>What lies below the devices: kernel, firmware, board. Compared is what was known then and is known now.</summary>
internal static class HostDrift
{
    /// <summary>Everything that could be compared, with the change where there is one.</summary>
    public static IEnumerable<(DriftKind Kind, DriftChange? Change)> Differences(HardwareBaseline baseline, HostFacts facts)
    {
        var (was, now) = (baseline.Board, facts.Platform?.Board ?? new BoardFacts());
        (DriftKind Kind, string What, (string? Was, string? Is) Values)[] all =
        [
            (DriftKind.KernelChanged, "kernel", (baseline.Kernel, facts.Kernel?.Release)),
            (DriftKind.FirmwareChanged, "BIOS", Known((was.BiosVendor, now.BiosVendor), (was.BiosVersion, now.BiosVersion), (Dated(was), Dated(now)))),
            (DriftKind.FirmwareChanged, "board", Known((was.Vendor, now.Vendor), (was.Name, now.Name))),
            (DriftKind.FirmwareChanged, "machine", (was.Product, now.Product)),
        ];
        return from one in all
               where one.Values is { Was: not null, Is: not null }
                   && (one.Kind != DriftKind.FirmwareChanged || one.Values.Was != one.Values.Is || facts.Platform is { BoardComplete: true })
               select (one.Kind, one.Values.Was == one.Values.Is ? null : Change(one.Kind, one.What, one.Values));
    }

    private static DriftChange Change(DriftKind kind, string what, (string? Was, string? Is) words) =>
        new(kind, "host", $"The {what} is {words.Is} now; it was {words.Was}.", []);

    private static string? Dated(BoardFacts board) => board.BiosDate is { } date ? $"of {date}" : null;

    /// <summary>Both descriptions with what both of them tell; null where that is nothing.</summary>
    private static (string? Was, string? Is) Known(params (string? Was, string? Is)[] parts)
    {
        var known = parts.Where(part => part is { Was: not null, Is: not null }).ToList();
        return known.Count == 0 ? (null, null) : (string.Join(' ', known.Select(part => part.Was)), string.Join(' ', known.Select(part => part.Is)));
    }
}
