using System.Text;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Reading;

/// <summary>Files of procfs with a row a line, of any length.</summary>
internal static class TextTable
{
    /// <summary>A router with the routes of the whole internet has a million; it is not what these are read for.</summary>
    private const int MaxLines = 262_144;

    /// <summary>Shows the lines to <paramref name="take"/>, which says whether it has a use for one. Null: no such file, or not to be read. False: cut short.</summary>
    public static bool? Read(HostReader files, string path, Func<string, bool> take)
    {
        var lines = 0;
        var read = files.Scan(path, line =>
        {
            lines++;
            var used = lines <= MaxLines && take(Encoding.UTF8.GetString(line));
            return lines > MaxLines ? LineVerdict.KeepAndStop : used ? LineVerdict.Keep : LineVerdict.Skip;
        });
        if (lines > MaxLines)
        {
            files.ReportUnresolved(path, $"more than {MaxLines} lines");
        }

        return read ? lines <= MaxLines : null;
    }

    /// <summary>The first of several paths at which there is such a file; a refusal on the way is an issue, and no answer.</summary>
    public static string? FirstOf(HostReader files, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (files.Exists(path) == true)
            {
                return path;
            }
        }

        return null;
    }
}
