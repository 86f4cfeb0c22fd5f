using System.Formats.Tar;
using Passthru.Facts.Files;

namespace Passthru.Tests.Hosts;

/// <summary>A host's files in memory, as the program reads them.</summary>
internal static class TreeFiles
{
    public static IFileTree Of(HostTree tree)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var path in tree.Files)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(tree.Read(path)) });
            }
            foreach (var (path, target) in tree.Links)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target });
            }
        }
        tar.Position = 0;
        return ArchiveFiles.Load(tar);
    }
}
