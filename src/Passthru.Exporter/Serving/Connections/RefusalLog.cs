using System.Globalization;
using Passthru.Exporter.Logging;

namespace Passthru.Exporter.Serving.Connections;

/// <summary>Tells of what was refused: each kind at once, then no more than once in a minute, with how many came in between.</summary>
internal sealed class RefusalLog(Log log, TimeProvider time)
{
    private const int LongestDetail = 200;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset At, int Unsaid)> _told = [];

    /// <param name="kind">One of few, for they are remembered.</param>
    /// <param name="caller">Who is refused; null where that can't be told.</param>
    /// <param name="detail">More of it, as it came; empty: nothing.</param>
    public void Tell(string kind, ClientConnection? caller, string detail = "")
    {
        if (Unsaid(kind) is not { } unsaid)
        {
            return;
        }

        log.Warn(
            "refused",
            [
                ("reason", kind),
                .. Field("from", caller?.Address ?? ""),
                .. Field("err", detail.Length > LongestDetail ? detail[..LongestDetail] : detail),
                .. Field("before", unsaid == 0 ? "" : unsaid.ToString(CultureInfo.InvariantCulture)),
            ]);
    }

    private static (string, string)[] Field(string key, string value) => value == "" ? [] : [(key, value)];

    /// <summary>How many were not told of since the last that was; null: nor shall this one be.</summary>
    private int? Unsaid(string kind)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_told.TryGetValue(kind, out var last) && now - last.At < Silence)
            {
                _told[kind] = (last.At, last.Unsaid + 1);
                return null;
            }

            _told[kind] = (now, 0);
            return last.Unsaid;
        }
    }
}
