using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Passthru.Facts.Capture;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Qemu;

/// <summary>
/// A configuration file of QEMU (<c>-readconfig</c>): sections <c>[device "gpu"]</c> with lines <c>host = "0000:01:00.0"</c>
/// (qemu_config_foreach in util/qemu-config.c).
/// </summary>
internal sealed class QemuConfigFile
{
    /// <summary>QEMU reads lines of 1,024 bytes; a VM with every device that fits has some hundred.</summary>
    private const int MaxBytes = 256 * 1024;

    private readonly List<Section> _sections = [];

    /// <summary>Null: there is none, it is no plain file, or it can't be read.</summary>
    public static QemuConfigFile? Read(HostReader files, string path) =>
        files.Node(path) is { IsRegular: true } && files.LongText(path, MaxBytes) is { } text ? Parse(text) : null;

    /// <summary>What makes no sense is passed over: QEMU would not have started with it.</summary>
    public static QemuConfigFile Parse(string text)
    {
        var file = new QemuConfigFile();
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line is ['[', .. var header, ']'])
            {
                file._sections.Add(Section.Of(header));
            }
            else if (line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0 && file._sections is [.., var section])
            {
                section.Values[line[..equals].TrimEnd()] = line[(equals + 1)..].Trim().Trim('"');
            }
        }

        return file;
    }

    /// <summary>The option <c>-name</c>.</summary>
    public string? VmName => _sections.Where(section => section.Kind == "name").Select(section => section["guest"]).LastOrDefault(name => name is not null);

    /// <summary>The option <c>-machine</c>.</summary>
    public string? Machine => _sections.Where(section => section.Kind == "machine").Select(section => section["type"]).LastOrDefault(type => type is not null);

    /// <summary>It has sections that no other file has.</summary>
    public bool DescribesVm => _sections.Exists(section => section is { Kind: "device", Id: not null } or { Kind: "name" or "machine" });

    /// <summary>The same with no more than this class tells of: a capture keeps that.</summary>
    public string Bare(Pseudonyms? names)
    {
        var kept = new StringBuilder();
        if (VmName is { } name)
        {
            kept.Append(CultureInfo.InvariantCulture, $"[name]\nguest = \"{names?.Of(name) ?? name}\"\n");
        }

        if (Machine is { } machine)
        {
            kept.Append(CultureInfo.InvariantCulture, $"[machine]\ntype = \"{machine}\"\n");
        }

        foreach (var (id, function) in HostFunctions)
        {
            kept.Append(CultureInfo.InvariantCulture, $"[device \"{id}\"]\ndriver = \"vfio-pci\"\nhost = \"{function}\"\n");
        }

        return kept.ToString();
    }

    /// <summary>Functions of the host, with the names of their sections.</summary>
    public ImmutableArray<(string? Id, PciAddress Function)> HostFunctions =>
    [
        .. from section in _sections
           where section.Kind == "device"
           from function in QemuDeviceArguments.HostFunctions(["-device", section.AsArgument])
           select (section.Id, function),
    ];

    private sealed record Section(string Kind, string? Id, Dictionary<string, string> Values)
    {
        private static readonly string[] Naming = ["driver", "host", "sysfsdev"];

        public string? this[string key] => Values.GetValueOrDefault(key);

        /// <summary>As <c>-device</c> has it, so far as it names a function of the host.</summary>
        public string AsArgument => string.Join(',', Naming.Where(Values.ContainsKey).Select(key => $"{key}={Escaped(Values[key])}"));

        /// <summary>A comma in a value is doubled.</summary>
        private static string Escaped(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

        public static Section Of(string header)
        {
            var space = header.IndexOf(' ', StringComparison.Ordinal);
            return space < 0 ? new Section(header, null, []) : new Section(header[..space], header[space..].Trim().Trim('"'), []);
        }
    }
}
