using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Passthru.Exporter.Configuration;

namespace Passthru.Exporter.Logging;

/// <summary>Lines for stderr in the two formats of the Prometheus project's programs: logfmt and JSON.</summary>
/// <param name="writer">Where they go.</param>
/// <param name="least">The least level that is written.</param>
/// <param name="format">How a line looks.</param>
/// <param name="time">The clock.</param>
/// <param name="forJournal">journald reads the lines: it takes the priority from a number in front, and <c>journalctl -p warning</c> finds them.</param>
internal sealed class Log(TextWriter writer, LogLevel least, LogFormat format, TimeProvider time, bool forJournal = false)
{
    private readonly Lock _lock = new();

    public void Debug(string message, params (string Key, string Value)[] fields) => Write(LogLevel.Debug, message, fields);

    public void Info(string message, params (string Key, string Value)[] fields) => Write(LogLevel.Info, message, fields);

    public void Warn(string message, params (string Key, string Value)[] fields) => Write(LogLevel.Warn, message, fields);

    public void Error(string message, params (string Key, string Value)[] fields) => Write(LogLevel.Error, message, fields);

    private void Write(LogLevel level, string message, (string Key, string Value)[] fields)
    {
        if (level < least)
        {
            return;
        }

        (string Key, string Value)[] all =
        [
            ("time", time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
            ("level", level.ToString().ToUpperInvariant()),
            ("msg", message),
            .. fields,
        ];
        var line = format == LogFormat.Json
            ? $"{{{string.Join(',', all.Select(field => $"{Quoted(field.Key)}:{Quoted(field.Value)}"))}}}"
            : string.Join(' ', all.Select(field => $"{field.Key}={(IsPlain(field.Value) ? field.Value : Quoted(field.Value))}"));
        lock (_lock)
        {
            writer.WriteLine(forJournal ? $"<{Priority(level)}>{line}" : line);
        }
    }

    /// <summary>As syslog counts.</summary>
    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Debug => 7,
        LogLevel.Info => 6,
        LogLevel.Warn => 4,
        _ => 3,
    };

    private static bool IsPlain(string value) => value.Length > 0 && value.All(c => c is > ' ' and < '\x7f' and not ('"' or '=' or '\\'));

    private static string Quoted(string value) =>
        new StringBuilder("\"").Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)).Append('"').ToString();
}
