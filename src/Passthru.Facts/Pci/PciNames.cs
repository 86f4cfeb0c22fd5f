using System.Collections.Immutable;
using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Pci;

/// <summary>
/// Names of vendors and devices out of pci.ids, those asked for only. The file has 1.5 MB and is read again when an id turns
/// up that was not asked for before.
/// </summary>
public sealed record PciNames
{
    public static readonly PciNames None = new();

    /// <summary>Debian and Ubuntu; Fedora, RHEL, SUSE and Arch.</summary>
    private static readonly string[] Paths = ["usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids"];

    private ImmutableHashSet<PciId> Known { get; init; } = [];

    private ImmutableDictionary<ushort, string> Vendors { get; init; } = ImmutableDictionary<ushort, string>.Empty;

    private ImmutableDictionary<PciId, string> Devices { get; init; } = ImmutableDictionary<PciId, string>.Empty;

    public string? Vendor(ushort vendor) => Vendors.GetValueOrDefault(vendor);

    public string? Device(PciId id) => Devices.GetValueOrDefault(id);

    /// <summary>These names, or, if an id is new, those read afresh.</summary>
    public PciNames With(IReadOnlySet<PciId> ids, HostReader files) => Known.IsSupersetOf(ids) ? this : Read(ids, files);

    private static PciNames Read(IReadOnlySet<PciId> ids, HostReader files)
    {
        var lookup = new Lookup(ids);
        foreach (var path in Paths)
        {
            if (files.Scan(path, lookup.See))
            {
                break;
            }
        }

        return new PciNames { Known = [.. ids], Vendors = lookup.Vendors.ToImmutable(), Devices = lookup.Devices.ToImmutable() };
    }

    /// <summary>
    /// Reads the format that the file's own head describes: <c>vendor  name</c>, below it <c>TAB device  name</c>, below that
    /// subsystems with two tabs; after the vendors the classes, <c>C class  name</c>.
    /// </summary>
    private sealed class Lookup(IReadOnlySet<PciId> ids)
    {
        private readonly HashSet<ushort> _vendorsWanted = [.. ids.Select(id => id.Vendor)];
        private ushort? _vendor;

        public ImmutableDictionary<ushort, string>.Builder Vendors { get; } = ImmutableDictionary.CreateBuilder<ushort, string>();

        public ImmutableDictionary<PciId, string>.Builder Devices { get; } = ImmutableDictionary.CreateBuilder<PciId, string>();

        public LineVerdict See(ReadOnlySpan<byte> line)
        {
            if (line.StartsWith("\t"u8))
            {
                return _vendor is { } vendor ? SeeDevice(vendor, line[1..]) : LineVerdict.Skip;
            }

            if (line.StartsWith("C "u8))
            {
                return LineVerdict.KeepAndStop;
            }

            if (line.IsEmpty || line[0] == (byte)'#')
            {
                return LineVerdict.Skip;
            }

            _vendor = null;
            if (!TrySplit(line, out var id, out var name) || !_vendorsWanted.Contains(id))
            {
                return LineVerdict.Skip;
            }

            _vendor = id;
            Vendors[id] = Encoding.UTF8.GetString(name);
            return LineVerdict.Keep;
        }

        private LineVerdict SeeDevice(ushort vendor, ReadOnlySpan<byte> line)
        {
            if (!TrySplit(line, out var device, out var name) || !ids.Contains(new PciId(vendor, device)))
            {
                return LineVerdict.Skip;
            }

            Devices[new PciId(vendor, device)] = Encoding.UTF8.GetString(name);
            return LineVerdict.Keep;
        }

        private static bool TrySplit(ReadOnlySpan<byte> line, out ushort id, out ReadOnlySpan<byte> name)
        {
            id = 0;
            name = [];
            if (line.Length < 7 || line[4] != ' '
                || !System.Buffers.Text.Utf8Parser.TryParse(line[..4], out id, out var digits, 'x') || digits != 4)
            {
                return false;
            }

            name = line[5..].Trim((byte)' ');
            return name.Length > 0;
        }
    }
}
