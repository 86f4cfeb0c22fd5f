namespace Passthru.Facts.Reading.Trees;

/// <summary>Follows a symbolic link by its text, so that what is read below it is read, and captured, at its real place.</summary>
internal static class SymlinkPath
{
    /// <summary>Where a link leads, read at <paramref name="link"/> as <paramref name="target"/>; relative to the root, without any dots.</summary>
    public static string Resolve(string link, string target)
    {
        var kept = new List<string>();
        var from = target.StartsWith('/') ? target : $"{link[..Math.Max(0, link.LastIndexOf('/'))]}/{target}";
        foreach (var part in from.Split('/'))
        {
            if (part == "..")
            {
                kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
            }
            else if (part is not ("" or "."))
            {
                kept.Add(part);
            }
        }

        return string.Join('/', kept);
    }
}
