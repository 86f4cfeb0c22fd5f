using CsCheck;
using Passthru.Facts.Files;
using Passthru.Facts.Usage;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Usage;

/// <summary>Whatever stands in the files: no exception, no end of the line missed, nothing made up.</summary>
public sealed class UsagePropertyTests
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
                var usage = Read.Facts(TreeFiles.Of(UsedHosts.Build("use-zfs-mirror").Text(table, text))).Usage!;
                var known = Read.Facts(TreeFiles.Of(UsedHosts.Build("use-zfs-mirror"))).Usage!.Uses.Select(What).ToHashSet();
                Assert.Subset(known, usage.Uses.Select(What).ToHashSet());
            },
            iter: 60,
            threads: 1);

    /// <summary>A pool without its mounts is an imported pool: another kind of storage on the same functions.</summary>
    private static (UseKind, Passthru.Facts.Pci.PciAddress) What(Use use) => (use.Kind.IsStorage() ? UseKind.FileSystem : use.Kind, use.Function);

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

            var usage = Read.Facts(TreeFiles.Of(tree)).Usage!;
            Assert.Empty(usage.Uses);
            Assert.False(usage.StorageTold);
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void A_file_that_may_not_be_read_is_an_issue_and_leaves_its_subject_open()
    {
        var facts = Read.Facts(new Refusing(TreeFiles.Of(UsedHosts.Build("use-headless")), "proc/1/mountinfo"));

        Assert.False(facts.Usage!.StorageTold);
        Assert.True(facts.Usage.NetworkTold);
        Assert.Equal("proc/1/mountinfo", Assert.Single(Used.Issues(facts)).Path);
    }

    private sealed class Refusing(IFileTree files, string refused) : IFileTree
    {
        public int Read(string path, Span<byte> buffer) => path == refused ? -(int)Errno.AccessDenied : files.Read(path, buffer);

        public Errno List(string path, List<string> names) => files.List(path, names);

        public Errno Link(string path, out string target) => files.Link(path, out target);

        public Errno Identify(string path, out FileIdentity identity) => files.Identify(path, out identity);

        public Errno StatNode(string path, out FileNode node) => files.StatNode(path, out node);

        public Errno Examine(string path, out FileVersion version) => files.Examine(path, out version);

        public Errno Digest(string path, StreamDigest digest) => path == refused ? Errno.AccessDenied : files.Digest(path, digest);

        public Errno Scan(string path, LineFilter filter) => path == refused ? Errno.AccessDenied : files.Scan(path, filter);
    }
}
