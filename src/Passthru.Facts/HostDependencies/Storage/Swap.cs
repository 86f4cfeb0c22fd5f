using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>A line of <c>/proc/swaps</c>: <c>/dev/dm-1  partition  8388604  0  -2</c>.</summary>
internal sealed record Swap(string Name, bool IsFile)
{
    private const string Source = "proc/swaps";

    /// <summary>The first line is a heading; without CONFIG_SWAP there is no file, and no swap. Null: it can't be read.</summary>
    public static List<Swap>? Read(HostReader files)
    {
        var swaps = new List<Swap>();
        var whole = TextTable.Read(files, Source, line =>
        {
            var fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || !fields[0].StartsWith('/'))
            {
                return false;
            }

            swaps.Add(new Swap(Mount.Unescape(fields[0]), IsFile: fields[1] == "file"));
            return true;
        });
        return whole == true || files.Exists(Source) == false ? swaps : null;
    }
}
