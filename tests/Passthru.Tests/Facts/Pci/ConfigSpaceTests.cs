using CsCheck;
using Passthru.Facts.Pci;

namespace Passthru.Tests.Facts.Pci;

public sealed class ConfigSpaceTests
{
    private static readonly int[] Lengths = [0, 1, 63, 64, 65, 128, 255, 256, 257, 4095, 4096];

    /// <summary>Capability lists that point anywhere, at themselves too, in a space of any of the lengths there are.</summary>
    private static readonly Gen<byte[]> Adversarial =
        from length in Gen.Int[0, Lengths.Length - 1].Select(i => Lengths[i])
        from head in Gen.Byte.Array[64]
        from body in Gen.Byte.Array[192]
        select Laid(length, head, body);

    [Fact]
    public void No_bytes_throw_or_loop() => Adversarial.Sample(bytes => ConfigSpace.TryParse(bytes, out _) || true, iter: 100_000);

    [Fact]
    public void What_could_not_be_seen_is_not_claimed() => Adversarial.Sample(
        bytes => !ConfigSpace.TryParse(bytes.AsSpan(0, Math.Min(bytes.Length, ConfigSpace.HeaderBytes)), out var config)
            || (config.Express is null && config.PowerManagement is null && config.AdvancedFeatures is null),
        iter: 10_000);

    [Fact]
    public void A_header_alone_tells_its_type_and_no_capabilities()
    {
        var config = Parse(Config(64, (0x06, 0x10), (0x0e, 0x81), (0x34, 0x40)));
        Assert.Equal(1, config.HeaderType);
        Assert.True(config.Multifunction);
        Assert.False(config.CapabilityListComplete);
    }

    [Fact]
    public void A_function_without_a_list_has_no_capabilities_and_that_is_seen() => Assert.True(Parse(Config(64)).CapabilityListComplete);

    [Fact]
    public void Capabilities_are_found_along_the_list()
    {
        // 0x40 power management → 0x50 PCI Express (upstream port, FLR) → 0x80 advanced features → end.
        var config = Parse(Config(
            256, (0x06, 0x10), (0x34, 0x40), (0x40, 0x01), (0x41, 0x50), (0x44, 0x08),
            (0x50, 0x10), (0x51, 0x80), (0x52, 0x52), (0x57, 0x10), (0x80, 0x13), (0x83, 0x03)));
        Assert.True(config.CapabilityListComplete);
        Assert.True(config.PowerManagement?.NoSoftReset);
        Assert.Equal((byte)5, config.Express?.PortType);
        Assert.True(config.Express?.FunctionLevelReset);
        Assert.True(config.AdvancedFeatures?.FunctionLevelReset);
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0x01, false)]
    [InlineData(0x02, false)]
    [InlineData(0x03, true)]
    public void Advanced_features_reset_needs_both_bits(byte capabilities, bool works)
    {
        var config = Parse(Config(256, (0x06, 0x10), (0x34, 0x80), (0x80, 0x13), (0x83, capabilities)));
        Assert.Equal(works, config.AdvancedFeatures?.FunctionLevelReset);
    }

    [Fact]
    public void A_list_that_bites_its_tail_ends() =>
        Assert.True(Parse(Config(256, (0x06, 0x10), (0x34, 0x40), (0x40, 0x05), (0x41, 0x40))).CapabilityListComplete);

    [Theory]
    [InlineData(64)]
    [InlineData(4096)]
    public void A_function_that_does_not_answer_has_no_config_space(int length) =>
        Assert.False(ConfigSpace.TryParse(Enumerable.Repeat((byte)0xff, length).ToArray(), out _));

    [Fact]
    public void A_virtual_function_has_ones_for_ids_and_answers() =>
        Assert.True(ConfigSpace.TryParse(Config(256, (0x00, 0xff), (0x01, 0xff), (0x02, 0xff), (0x03, 0xff)), out _));

    private static ConfigSpace Parse(byte[] bytes)
    {
        Assert.True(ConfigSpace.TryParse(bytes, out var config));
        return config;
    }

    private static byte[] Config(int length, params (int Offset, byte Value)[] bytes)
    {
        var config = new byte[length];
        foreach (var (offset, value) in bytes)
        {
            config[offset] = value;
        }

        return config;
    }

    private static byte[] Laid(int length, byte[] head, byte[] body)
    {
        var bytes = new byte[length];
        head.AsSpan(0, Math.Min(length, head.Length)).CopyTo(bytes);
        if (length > head.Length)
        {
            body.AsSpan(0, Math.Min(length - head.Length, body.Length)).CopyTo(bytes.AsSpan(head.Length));
        }

        return bytes;
    }
}
