using Passthru.Exporter.Serving;

namespace Passthru.Tests.Exporter.Serving;

/// <summary>Which parts of the program's file may be unmapped.</summary>
public sealed class ResidentMemoryTests
{
    [Theory]
    [InlineData("r-xp", "/usr/bin/passthru-exporter", 0, true)]
    [InlineData("r--p", "/usr/bin/passthru-exporter", 0, true)]
    [InlineData("r--p", "/usr/bin/passthru-exporter", 4, false)]    // relocated by the loader
    [InlineData("rw-p", "/usr/bin/passthru-exporter", 0, false)]
    [InlineData("r-xp", "/usr/lib/x86_64-linux-gnu/libc.so.6", 0, false)]
    [InlineData("r-xp", "", 0, false)]
    [InlineData("r-xp", "/usr/bin/passthru-exporter (deleted)", 0, false)]
    public void Only_parts_of_the_program_that_nobody_wrote_to(string rights, string path, int anonymousKilobytes, bool isReleased)
    {
        string[] smaps =
        [
            "7ffd0000-7ffd2000 rw-p 00000000 00:00 0                          [stack]",
            "Rss:                   8 kB",
            "Anonymous:             8 kB",
            $"10022000-10023000 {rights} 00022000 fe:00 5556380                    {path}".TrimEnd(),
            "Size:                  4 kB",
            "Rss:                   4 kB",
            $"Anonymous:             {anonymousKilobytes} kB",
            "VmFlags: rd ex mr mw me sd",
        ];

        (nint, nint)[] released = isReleased ? [(0x10022000, 0x1000)] : [];
        Assert.Equal(released, ResidentMemory.UnwrittenParts(smaps, "/usr/bin/passthru-exporter"));
    }
}
