using System.Globalization;
using System.Runtime.InteropServices;

namespace Passthru.Exporter.Serving;

/// <summary>Memory that is not .NET's: what the C library keeps, and the program's own file.</summary>
internal static partial class ResidentMemory
{
    /// <summary>
    /// From now on the C library returns each block of 64 kB or more to the kernel as soon as it is freed. By itself it would keep the
    /// 270 kB that compressing a page takes, once for each thread that ever compressed one: 8 MB.
    /// </summary>
    public static void ReturnLargeBlocks()
    {
        const int threshold = -3;    // M_MMAP_THRESHOLD, mallopt(3)
        _ = SetAllocator(threshold, 64 * 1024);
    }

    /// <summary>
    /// Unmaps the pages of the program's file, most of which only the start needed: 5 MB less are resident afterwards. What is needed
    /// again comes from the page cache. Does nothing where /proc cannot be read.
    /// </summary>
    public static void ReleaseStartCode()
    {
        const int dontNeed = 4;    // MADV_DONTNEED, madvise(2)
        try
        {
            foreach (var (start, length) in UnwrittenParts(File.ReadLines("/proc/self/smaps"), Environment.ProcessPath ?? "").ToList())
            {
                _ = Advise(start, length, dontNeed);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>
    /// Parts of a file that are mapped without the right to write and have no page of their own: the loader wrote to none of them, so
    /// that nothing is lost when they are unmapped. Source: proc_pid_smaps(5).
    /// </summary>
    internal static IEnumerable<(nint Start, nint Length)> UnwrittenParts(IEnumerable<string> smaps, string file)
    {
        string[] mapping = [];
        foreach (var fields in smaps.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (fields is [_, [_, _, _, 'p' or 's'], ..])
            {
                mapping = fields;
            }
            else if (fields is ["Anonymous:", "0", "kB"] && mapping is [var range, [_, '-', ..], _, _, _, var path] && path == file)
            {
                yield return Part(range.Split('-'));
            }
        }
    }

    private static (nint Start, nint Length) Part(string[] range)
    {
        var start = nint.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (start, nint.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) - start);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocator(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);
}
