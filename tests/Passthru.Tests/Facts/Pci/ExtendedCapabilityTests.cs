using System.Buffers.Binary;
using CsCheck;
using Passthru.Facts.Pci;
using Passthru.Tests.Hosts;

namespace Passthru.Tests.Facts.Pci;

public sealed class ExtendedCapabilityTests
{
    private static readonly int[] Lengths = [64, 128, 255, 256, 257, 260, 300, 1024, 4092, 4095, 4096];

    private static readonly byte[] Fills = [0x00, 0x5a, 0xff];

    /// <summary>Lists that begin well and then lead anywhere, in a space of any of the lengths there are.</summary>
    private static readonly Gen<byte[]> Adversarial =
        from length in Gen.Int[0, Lengths.Length - 1].Select(i => Lengths[i])
        from fill in Gen.Int[0, 2].Select(i => Fills[i])
        from head in Gen.Byte.Array[64]
        from entries in Gen.Select(Gen.Int[0, 960], Gen.Int[0, 20], Gen.Int[0, 1024]).Array[0, 12]
        select Laid(length, fill, head, entries);

    [Fact]
    public void No_bytes_throw_or_loop() => Adversarial.Sample(bytes => ConfigSpace.TryParse(bytes, out _) || true, iter: 100_000);

    [Fact]
    public void What_a_part_of_the_bytes_is_sure_of_holds_of_all_of_them() => Gen.Select(Adversarial, Gen.Int[64, 4096]).Sample(
        (bytes, length) =>
        {
            var seen = ConfigSpace.TryParse(bytes, out var whole) & ConfigSpace.TryParse(bytes.AsSpan(0, Math.Min(length, bytes.Length)), out var part);
            return !seen || (HoldsOfCapabilities(part, whole) && HoldsOfExtended(part, whole));
        },
        iter: 100_000);

    [Fact]
    public void Finds_what_is_linked_behind_other_capabilities()
    {
        var config = Parse(Express(ExpressType.DownstreamPort).Aer().Acs(new AcsBits(0x5f, 0x1d)).Ari(0).Sriov(new(128, 64, 224, 1, 0x1889)).Build(4096));

        Assert.True(config.ExtendedListComplete);
        Assert.Equal((AccessControls)0x5f, config.AccessControl?.Capability);
        Assert.Equal((AccessControls)0x1d, config.AccessControl?.Control);
        Assert.True(config.AlternativeRouting);
        Assert.Equal(new SingleRootIov { TotalVirtualFunctions = 128, FirstOffset = 224, Stride = 1 }, config.SingleRootIov);
    }

    [Fact]
    public void Reads_registers_a_dword_each_as_Sunrise_Point_has_them()
    {
        var config = Parse(Express(ExpressType.RootPort).Acs(new AcsBits(0x5f, 0x1d) { Dwords = true }).Build(4096));

        Assert.Equal((AccessControls)0x5f, config.AccessControl?.Capability);
        Assert.Equal(AccessControls.None, config.AccessControl?.Control);
        Assert.Equal((AccessControls)0x1d, config.AccessControl?.WideControl);
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(256, false)]
    [InlineData(4096, true)]
    public void A_short_read_of_PCI_Express_shows_no_absence(int length, bool seen)
    {
        var config = Parse(Express(ExpressType.Endpoint).Build(length));

        Assert.Equal(seen, config.ExtendedListComplete);
        Assert.Null(config.AccessControl);
    }

    [Fact]
    public void Conventional_PCI_ends_at_256_bytes() => Assert.True(Parse(new ConfigSpaceBuilder(0, false).Build(256)).ExtendedListComplete);

    [Fact]
    public void A_list_that_never_ends_is_given_up_as_the_kernel_does() => Assert.True(Parse(WithHeaderAt(0x100, 0x10010001)).ExtendedListComplete);

    [Theory]
    [InlineData(0x100, 0xffffffff)]
    [InlineData(0x100, 0xffc0000d)]
    [InlineData(0x104, 0xffffffff)]
    public void Where_nothing_answers_nothing_is_absent(int at, uint value)
    {
        var bytes = Express(ExpressType.RootPort).Acs(AcsBits.On).Build(4096);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        bytes.AsSpan(0xffc).Fill(0xff);
        var config = Parse(bytes);

        Assert.Equal(value == 0xffc0000d, config.AccessControl is not null);
        Assert.False(config.ExtendedListComplete);
    }

    [Fact]
    public void A_capability_cut_off_is_not_absent()
    {
        var bytes = Express(ExpressType.RootPort).Acs(AcsBits.On).Build(4096);

        Assert.False(Parse(bytes[..0x104]).ExtendedListComplete);
        Assert.Null(Parse(bytes[..0x104]).AccessControl);
        Assert.Null(Parse(bytes[..0x108]).AccessControl?.WideControl);
    }

    [Theory]
    [InlineData("8086:8c10", 4, true)]
    [InlineData("8086:8c10", 0, false)]
    [InlineData("1022:1483", 4, false)]
    public void Port_configuration_is_that_of_root_ports_by_Intel(string ids, int type, bool has)
    {
        var bytes = Express((ExpressType)type).Ids(PciIdPair.Parse(ids)).Build(256);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(0xd8), 1 << 26);

        Assert.Equal(has ? 1u << 26 : null, Parse(bytes).IntelPortConfiguration);
    }

    private static ConfigSpaceBuilder Express(ExpressType type) => new ConfigSpaceBuilder(0, false).Express(type, flr: false, ari: false, link: null);

    private static ConfigSpace Parse(byte[] bytes)
    {
        Assert.True(ConfigSpace.TryParse(bytes, out var config));
        return config;
    }

    private static byte[] WithHeaderAt(int offset, uint header)
    {
        var bytes = new ConfigSpaceBuilder(0, false).Build(4096);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), header);
        return bytes;
    }

    /// <summary>Entries of the extended list at dword offsets, each with an id up to 20 and a link to any dword.</summary>
    private static byte[] Laid(int length, byte fill, byte[] head, (int At, int Id, int Next)[] entries)
    {
        var bytes = new byte[4096];
        bytes.AsSpan().Fill(fill);
        head.CopyTo(bytes, 0);
        var at = 256;
        foreach (var (next, id, anywhere) in entries)
        {
            var link = next % 4 == 0 ? anywhere * 4 : 256 + (next * 4);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), (uint)(id | 0x10000 | (link << 20)));
            at = Math.Clamp(link & 0xffc, 256, 4092);
        }

        return bytes[..length];
    }

    private static bool HoldsOfCapabilities(ConfigSpace part, ConfigSpace whole) =>
        (!part.CapabilityListComplete || (whole.CapabilityListComplete && part.Express == whole.Express && part.AdvancedFeatures == whole.AdvancedFeatures))
        && (part.Express is null || part.Express == whole.Express);

    /// <summary>Of conventional PCI, 256 bytes are all; what these bytes have beyond is no function's.</summary>
    private static bool HoldsOfExtended(ConfigSpace part, ConfigSpace whole) =>
        part is { Length: 256, Express: null }
        || ((!part.ExtendedListComplete || (whole.ExtendedListComplete && part.AlternativeRouting == whole.AlternativeRouting && part.AccessControl is null == whole.AccessControl is null))
            && (part.AccessControl is null || part.AccessControl.Control == whole.AccessControl?.Control));
}
