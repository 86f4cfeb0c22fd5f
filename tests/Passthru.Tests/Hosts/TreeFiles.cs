using Passthru.Facts.Reading.Trees;

namespace Passthru.Tests.Hosts;

/// <summary>A host's files in memory, as the program reads them.</summary>
internal static class TreeFiles
{
    public static IFileTree Of(HostTree tree) => TarTree.From(
        tree.Files.Select(path => (path, tree.Read(path), (string?)null)).Concat(tree.Links.Select(link => (link.Key, Array.Empty<byte>(), (string?)link.Value))));
}
