using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Passthru.Facts.Vms;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

/// <summary>Whatever stands in the files: no exception, and no function that no source names.</summary>
public sealed partial class LibvirtPropertyTests
{
    private static readonly Gen<string> Junk = Gen.OneOf(
        Gen.String[Gen.Char["<>/='\"&;!-?[] \n\u0000\ud800abx019"], 0, 80],
        Gen.String[0, 80],
        Gen.Byte.Array[0, 80].Select(System.Text.Encoding.UTF8.GetString));

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.UInt[0, 40].Select(number => $"0x{number:x2}"),
        Gen.UInt[0, 300].Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.String[Gen.Char["0123789abcfx -+"], 0, 6]);

    private static readonly string[] Tags =
    [
        "<hostdev mode='subsystem' type='pci' managed='yes'>", "<hostdev type='mdev'>", "</hostdev>", "<source>", "</source>", "<interface type='hostdev'>",
        "<interface type='network'><source network='vfs'/>", "</interface>", "<actual type='hostdev'>", "</actual>", "<devices>", "</devices>", "<!--", "-->",
        "<rom bar='off' file='/x'/>", "<name>", "</name>", "win10", "<os><loader>", "</loader></os>",
    ];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Int[0, Tags.Length - 1].Select(i => Tags[i]),
        Gen.Select(Number, Number, Number, Number, (domain, bus, slot, function) => $"<address domain='{domain}' bus='{bus}' slot='{slot}' function='{function}'/>"));

    private static readonly string Real = new FakeDomain("win11")
    {
        Devices = [LibvirtFiles.Hostdev("0000:0a:1b.3", rom: "<rom file='/usr/share/card.rom'/>"), LibvirtFiles.NetworkInterface("vfs", "0000:0c:1d.5")],
    }.Xml;

    [Fact]
    public void Random_text_in_any_file_never_throws_and_takes_nothing() => Gen.Select(Junk, Junk).Sample(
        (one, other) => Everywhere(one, other).All(vm => vm.Devices.IsEmpty),
        iter: 2000);

    [Fact]
    public void Random_elements_never_throw_and_only_a_source_names_a_function() => Piece.List[0, 25].Sample(
        pieces =>
        {
            var text = string.Concat(pieces);
            var closed = $"<domain><name>a</name><devices>{text}</devices></domain>";
            return NamesOnlySources(Everywhere(closed, closed), closed) && NamesOnlySources(Everywhere(text, closed), text + closed);
        },
        iter: 3000);

    [Fact]
    public void A_document_cut_short_is_no_domain() => Gen.Int[0, Real.TrimEnd().Length - 1].Sample(
        length => Everywhere(Real[..length], Real[..length]).Count == 0,
        iter: 500);

    [Fact]
    public void A_document_with_a_part_replaced_names_no_function_that_no_source_does() =>
        Gen.Select(Gen.Int[0, Real.Length - 1], Gen.Int[0, 40], Gen.OneOf(Junk, Piece)).Sample(
            (start, length, put) =>
            {
                var text = Real[..start] + put + Real[Math.Min(start + length, Real.Length)..];
                return NamesOnlySources(Everywhere(text, text), text);
            },
            iter: 3000);

    /// <summary>The text as a definition, as what runs, and as the network that it names.</summary>
    private static List<Vm> Everywhere(string one, string other)
    {
        var files = new FakeTree()
            .With($"{Libvirt.Defined}/a.xml", one)
            .With($"{Libvirt.Running}/a.xml", other)
            .With($"{Libvirt.Running}/b.xml", Libvirt.Status("running", one))
            .With($"{Libvirt.Running}/a.pid", other)
            .With("etc/libvirt/qemu/networks/vfs.xml", one);
        return [.. Libvirt.Read(files) ?? []];
    }

    /// <summary>The numbers of each function stand, in some base, in one address inside a source of the text.</summary>
    private static bool NamesOnlySources(List<Vm> vms, string text)
    {
        var named = vms.SelectMany(vm => vm.Devices.Concat(vm.AttachedDevices ?? []))
            .SelectMany(device => device.Choices).SelectMany(choice => choice.Functions).Select(function => function.ToString());
        var sources = Source().Matches(text).SelectMany(source => Address().Matches(source.Value)).Select(Function).ToHashSet();
        return named.All(sources.Contains);
    }

    private static string Function(Match address)
    {
        var all = Attribute().Matches(address.Value).ToLookup(found => found.Groups[1].Value, found => Value(found.Groups[2].Value));
        long Of(string name) => all[name].FirstOrDefault();
        return $"{Of("domain"):x4}:{Of("bus"):x2}:{Of("slot"):x2}.{Of("function")}";
    }

    private static long Value(string text)
    {
        var digits = text.Trim();
        var (start, radix) = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? (2, 16) : digits.Length > 1 && digits[0] == '0' ? (1, 8) : (0, 10);
        return digits[start..].Aggregate(0L, (sum, digit) => (sum * radix) + "0123456789abcdef".IndexOf(char.ToLowerInvariant(digit)));
    }

    [GeneratedRegex("<source\\b(?!/)(?:(?!</source).)*", RegexOptions.Singleline)]
    private static partial Regex Source();

    [GeneratedRegex("<address\\b[^>]*>")]
    private static partial Regex Address();

    [GeneratedRegex("(domain|bus|slot|function)='([^']*)'")]
    private static partial Regex Attribute();
}
