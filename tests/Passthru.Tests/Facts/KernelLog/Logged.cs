using System.Text;
using Passthru.Facts.KernelLog;

namespace Passthru.Tests.Facts.KernelLog;

/// <summary>Records as /dev/kmsg hands them out, from texts as dmesg prints them.</summary>
internal static class Logged
{
    /// <summary>One record for each line; a line that begins with a space belongs to the one before.</summary>
    public static string Records(string texts, int priority = 4, long microseconds = 60_000_000)
    {
        var sequence = 0;
        return string.Concat(texts.Split('\n').Select(text => text.StartsWith(' ') ? $"{text}\n" : $"{priority},{sequence++},{microseconds},-;{text}\n"));
    }

    /// <summary><c>DmaFault 0000:01:00.0 2</c>; a dash where no function is named.</summary>
    public static List<string> Events(KernelLogFacts? facts) =>
        [.. facts!.Events.Select(count => $"{count.Kind} {count.Device?.ToString() ?? "-"} {count.Count}")];

    public static KernelLogFacts Tally(string records)
    {
        var tally = new KernelLogTally();
        foreach (var line in records.Split('\n'))
        {
            tally.Add(Encoding.UTF8.GetBytes(line));
        }

        tally.Settle();
        return tally.ToFacts(lostComplete: true);
    }
}
