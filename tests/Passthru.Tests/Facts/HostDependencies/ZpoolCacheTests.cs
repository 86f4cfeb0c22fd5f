using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Passthru.Exporter.Commands;
using Passthru.Facts.HostDependencies.Storage;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.HostDependencies;

public sealed class ZpoolCacheTests
{
    private static readonly byte[] Mirror = Cache("rpool", Vdev("root",
        Vdev("mirror", Disk("/dev/nvme0n1p3"), Disk("/dev/disk/by-id/ata-X-part3")),
        Vdev("hole")));

    [Fact]
    public void The_disks_of_a_pool_are_the_leaves_of_its_tree()
    {
        Assert.Equal(["/dev/nvme0n1p3", "/dev/disk/by-id/ata-X-part3"], Nodes("rpool", Mirror));
        Assert.Null(Nodes("tank", Mirror));
    }

    [Fact]
    public void Caches_and_spares_are_disks_of_the_pool_too()
    {
        var root = List(
            TextPair("type", "root"),
            Pair("children", 20, 1, Disk("/dev/sda1")),
            Pair("l2cache", 20, 1, Disk("/dev/nvme0n1p1")),
            Pair("spares", 20, 1, Disk("/dev/sdb1")));

        Assert.Equal(["/dev/sda1", "/dev/nvme0n1p1", "/dev/sdb1"], Nodes("tank", Cache("tank", root)));
    }

    [Theory]
    [InlineData("new-name", "4711", true)]
    [InlineData("tank", "815", false)]
    [InlineData("tank", null, true)]
    public void A_pool_is_found_by_its_guid_where_that_is_known(string name, string? pool, bool found) =>
        Assert.Equal(found, Find(name, pool, Cache("tank", Vdev("root", Disk("/dev/sda1")), guid: 4711)) is not null);

    [Fact]
    public void A_pool_on_a_file_is_not_told() => Assert.Null(Nodes("rpool", Cache("rpool", Vdev("root", Disk("/dev/sda1"), Vdev("file")))));

    [Fact]
    public void A_file_that_is_cut_off_is_an_issue_and_no_half_of_a_pool()
    {
        for (var length = 1; length < Mirror.Length; length += 3)
        {
            var door = new HostReader(new FakeTree().With("etc/zfs/zpool.cache", Mirror[..length]), ReadAttempt.Unlimited);
            Assert.Null(new ZpoolCache(door).Find("rpool", null));
            Assert.Single(door.Issues);
        }
    }

    [Fact]
    public void No_bytes_throw_or_loop() => Gen.Select(Gen.Int[0, Mirror.Length - 1].Array[0, 8], Gen.Byte.Array[8]).Sample(
        (places, bytes) =>
        {
            var spoiled = (byte[])Mirror.Clone();
            for (var i = 0; i < places.Length; i++)
            {
                spoiled[places[i]] = bytes[i];
            }

            _ = NameValueList.Parse(spoiled);
        },
        iter: 20_000);

    [Fact]
    public void A_capture_does_not_hold_the_name_of_the_host()
    {
        var redacted = new Redact(Some.Facts()).Content("etc/zfs/zpool.cache", (byte[])Mirror.Clone());
        Assert.DoesNotContain("secret-host", Encoding.UTF8.GetString(redacted), StringComparison.Ordinal);
        Assert.Equal(Nodes("rpool", Mirror), Nodes("rpool", redacted));
    }

    private static IReadOnlyList<string>? Nodes(string pool, byte[] cache) =>
        Find(pool, null, cache) is { IsWhole: true } found ? [.. found.Leaves.Select(leaf => leaf.Node)] : null;

    private static CachedPool? Find(string pool, string? guid, byte[] cache) =>
        new ZpoolCache(new HostReader(new FakeTree().With("etc/zfs/zpool.cache", cache), ReadAttempt.Unlimited)).Find(pool, guid);

    private static byte[] Cache(string pool, byte[] tree, ulong guid = 0)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, guid);
        return [1, 1, 0, 0, .. List(Pair(pool, 19, 1, List(TextPair("hostname", "secret-host"), Pair("pool_guid", 8, 1, number), Pair("vdev_tree", 19, 1, tree))))];
    }

    private static byte[] Vdev(string type, params byte[][] children) =>
        children.Length == 0 ? List(TextPair("type", type)) : List(TextPair("type", type), Pair("children", 20, children.Length, [.. children.SelectMany(child => child)]));

    private static byte[] Disk(string path) => List(TextPair("type", "disk"), TextPair("path", path), Pair("whole_disk", 8, 1, new byte[8]));

    private static byte[] List(params byte[][] pairs) => [.. Number(0), .. Number(1), .. pairs.SelectMany(pair => pair), .. new byte[8]];

    private static byte[] TextPair(string name, string value) => Pair(name, 9, 1, Text(value));

    private static byte[] Pair(string name, int type, int count, byte[] value)
    {
        byte[] rest = [.. Number(0), .. Text(name), .. Number(type), .. Number(count), .. value];
        return [.. Number(rest.Length + 4), .. rest];
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Number(bytes.Length), .. bytes, .. new byte[(4 - (bytes.Length % 4)) % 4]];
    }

    private static byte[] Number(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
