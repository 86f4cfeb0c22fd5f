using CsCheck;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>Whatever stands in the files: no exception, no end of the line missed, nothing made up.</summary>
public sealed class HostDependencyPropertyTests
{
    private static readonly string[] Tables =
    [
        "proc/1/mountinfo", "proc/swaps", "proc/1/net/route", "proc/1/net/ipv6_route", "proc/1/net/if_inet6", "proc/1/net/fib_trie",
        "proc/bus/input/devices", "proc/iomem",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char[" /:-\n\\0159afBS=,.|KEY"], 0, 200],
        Gen.String[0, 200],
        Gen.Byte.Array[0, 200].Select(System.Text.Encoding.Latin1.GetString));

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    [Fact]
    public void Random_text_in_a_table_never_throws_and_names_no_function_that_others_do_not() =>
        Gen.Select(OneOf(Tables), Text).Sample(
            (table, text) =>
            {
                var usage = Read.Facts(TreeFiles.Of(UsedHosts.Build("use-zfs-mirror").Text(table, text))).HostDependencies!;
                var known = Read.Facts(TreeFiles.Of(UsedHosts.Build("use-zfs-mirror"))).HostDependencies!.All.Select(What).ToHashSet();
                Assert.Subset(known, usage.All.Select(What).ToHashSet());
            },
            iter: 60,
            threads: 1);

    /// <summary>A pool without its mounts is an imported pool: another kind of storage on the same functions.</summary>
    private static (HostDependencyKind, Passthru.Facts.Pci.PciAddress) What(HostDependency use) => (use.Kind.IsStorage() ? HostDependencyKind.FileSystem : use.Kind, use.Function);

    [Fact]
    public void Random_text_in_any_file_never_throws()
    {
        var paths = UsedHosts.Names.ToDictionary(
            name => name,
            name => UsedHosts.Build(name).Files.Where(path => path.Contains("net", StringComparison.Ordinal)
                || path.Contains("block", StringComparison.Ordinal)
                || path.Contains("iscsi", StringComparison.Ordinal)
                || path.StartsWith("proc/", StringComparison.Ordinal)
                || path.StartsWith("run/", StringComparison.Ordinal)).ToArray());
        var where = OneOf([.. UsedHosts.Names]).SelectMany(name => OneOf(paths[name]).Select(path => (name, path)));
        Gen.Select(where, Text).Sample(
            (at, text) => Used.Lines(Read.Facts(TreeFiles.Of(UsedHosts.Build(at.name).Text(at.path, text)))),
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Junk_everywhere_is_nobodys_disk_and_nobodys_route() => Text.Sample(
        text =>
        {
            var tree = UsedHosts.Build("use-headless");
            foreach (var table in Tables)
            {
                tree.Text(table, "junk " + text.Replace('\n', ' '));
            }

            var usage = Read.Facts(TreeFiles.Of(tree)).HostDependencies!;
            Assert.Empty(usage.All);
            Assert.False(usage.StorageComplete);
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void A_file_that_may_not_be_read_is_an_issue_and_leaves_its_subject_open()
    {
        var facts = Read.Facts(new Refusing(TreeFiles.Of(UsedHosts.Build("use-headless")), "proc/1/mountinfo"));

        Assert.False(facts.HostDependencies!.StorageComplete);
        Assert.True(facts.HostDependencies.NetworkComplete);
        Assert.Equal("proc/1/mountinfo", Assert.Single(Used.Issues(facts)).Path);
    }

    private sealed class Refusing(IFileTree files, string refused) : IFileTree
    {
        public int Read(string path, Span<byte> buffer) => path == refused ? -(int)Errno.AccessDenied : files.Read(path, buffer);

        public Errno List(string path, List<string> names) => files.List(path, names);

        public Errno Link(string path, out string target) => files.Link(path, out target);

        public Errno StatIdentity(string path, out FileIdentity identity) => files.StatIdentity(path, out identity);

        public Errno StatNode(string path, out FileNode node) => files.StatNode(path, out node);

        public Errno StatVersion(string path, out FileVersion version) => files.StatVersion(path, out version);

        public Errno Extract(string path, StreamExtract digest) => path == refused ? Errno.AccessDenied : files.Extract(path, digest);

        public Errno Scan(string path, LineFilter filter) => path == refused ? Errno.AccessDenied : files.Scan(path, filter);
    }
}
