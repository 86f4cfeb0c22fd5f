using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Passthru.Exporter.Configuration;
using Passthru.Facts;
using Passthru.Facts.Capture;
using Passthru.Facts.Capture.Redacting;
using Passthru.Facts.Kernel;
using Passthru.Facts.Platform;

namespace Passthru.Exporter.Commands;

/// <summary>
/// What a capture does not pass on: values of kernel parameters that have nothing to do with passthrough (they may hold
/// anything), serial numbers of devices, of mounts the options and the names of shares, comments in configuration, and of virtual
/// machines and processes all that no reader looks at.
/// </summary>
/// <param name="facts">What was read: it tells which processes matter.</param>
/// <param name="names">Other names for virtual machines; null: theirs stay.</param>
internal sealed partial class Redact(HostFacts facts, Pseudonyms? names = null) : Redaction
{
    private readonly VmRedaction _vms = new(names, PidsThatMatter(facts), facts.Managers.SelectMany(section => section.Vms ?? []));

    public override string Target(string path, string target) => _vms.Target(path, target);

    public override string Path(string path) => _vms.Path(path);

    public override byte[] Content(string path, byte[] content) => path switch
    {
        "proc/cmdline" => CommandLine(content),
        "sys/firmware/dmi/tables/DMI" => PhysicalSlot.OnlySlots(content),
        "dev/kmsg" => Encoding.UTF8.GetBytes(UnknownParameters().Replace(Encoding.UTF8.GetString(content), "${start}pcie_acs_override\", ${rest}")),
        "etc/zfs/zpool.cache" => WithoutHostName(content),
        _ when RedactBoot.Concerns(path) => RedactBoot.Content(content),
        _ when path.EndsWith("/mountinfo", StringComparison.Ordinal) => _vms.WithVolumes(path, RedactMounts.Content(content)),
        _ when path.EndsWith("/config", StringComparison.Ordinal) => WithoutSerialNumber(content),
        SettingsSource.DefaultFile => Settings(content),
        _ when path.Contains("/udev/rules.d/", StringComparison.Ordinal) && content.AsSpan().IndexOf("driver_override"u8) < 0 => [],
        _ when path.Contains("/udev/rules.d/", StringComparison.Ordinal) || path == "etc/initramfs-tools/modules" => Encoding.UTF8.GetBytes(WithoutComments(Encoding.UTF8.GetString(content), continues: true)),
        _ when path.Contains("/modprobe.d/", StringComparison.Ordinal) => Encoding.UTF8.GetBytes(WithoutComments(Encoding.UTF8.GetString(content), continues: true)),
        _ => _vms.Content(path, content),
    };

    private static HashSet<int> PidsThatMatter(HostFacts facts) =>
    [
        .. (facts.Processes?.Vms ?? []).Select(vm => vm.Pid),
        .. (facts.Processes?.Holders ?? []).Select(holder => holder.Pid),
        .. (facts.HostDependencies?.All ?? []).Select(use => use.Owner?.Pid).OfType<int>(),
    ];

    /// <summary>The lines stay where they are, since messages name them; a VMID is no name.</summary>
    private byte[] Settings(byte[] content)
    {
        var text = WithoutComments(Encoding.UTF8.GetString(content), continues: false);
        return Encoding.UTF8.GetBytes(names is null
            ? text
            : VmKey().Replace(text, vm => int.TryParse(vm.Groups["name"].Value, out _) ? vm.Value : $"{vm.Groups["key"]}{names.Of(vm.Groups["name"].Value)}"));
    }

    /// <param name="text">A file in which whole lines are comments.</param>
    /// <param name="continues">A backslash at the end of a line makes the next one a part of it, of a comment too.</param>
    private static string WithoutComments(string text, bool continues)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var isContinued = continues && i > 0 && lines[i - 1] == "#\\";
            if (isContinued || lines[i].TrimStart().StartsWith('#'))
            {
                lines[i] = continues && lines[i].EndsWith('\\') ? "#\\" : "#";
            }
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex("""(?<key>(?:^|[{,]|-)[ ]*vm:[ ]*)["']?(?<name>[^"',}#\r\n]*[^"',}#\s])["']?""", RegexOptions.Multiline)]
    private static partial Regex VmKey();

    /// <summary>The kernel repeats parameters that it does not know, and they may hold anything.</summary>
    [GeneratedRegex("(?<start>;Unknown kernel command line parameters \").*\", (?<rest>will be passed)")]
    private static partial Regex UnknownParameters();

    private static byte[] CommandLine(byte[] content)
    {
        var line = KernelCommandLine.Parse(Encoding.UTF8.GetString(content));
        var words = line.Parameters.Select(parameter => Quoted(RedactBoot.IsToHide(parameter) ? parameter with { Value = "redacted" } : parameter));
        return Encoding.UTF8.GetBytes(string.Join(' ', words) + "\n");
    }

    /// <summary>A text "hostname" of a packed list: type and count (8 bytes), length (4), the name, which becomes as many x.</summary>
    private static byte[] WithoutHostName(byte[] cache)
    {
        var key = "hostname"u8;
        for (var rest = cache.AsSpan(); rest.IndexOf(key) is var at and >= 0;)
        {
            rest = rest[(at + key.Length)..];
            if (rest.Length > 12 && BinaryPrimitives.ReadInt32BigEndian(rest[8..]) is var length and > 0 && length <= rest.Length - 12)
            {
                rest.Slice(12, length).Fill((byte)'x');
            }
        }

        return cache;
    }

    private static string Quoted(KernelParameter parameter) => parameter.Value switch
    {
        null => parameter.Name.Contains(' ', StringComparison.Ordinal) ? $"\"{parameter.Name}\"" : parameter.Name,
        { } value when value.Contains(' ', StringComparison.Ordinal) => $"{parameter.Name}=\"{value}\"",
        { } value => $"{parameter.Name}={value}",
    };

    /// <summary>The extended capability 0x0003, Device Serial Number (PCIe 6.0, 7.9.3): its header stays, its eight bytes become zeros.</summary>
    private static byte[] WithoutSerialNumber(byte[] config)
    {
        const int firstExtended = 0x100;
        const int mostEntries = 480;
        var offset = firstExtended;
        for (var entry = 0; entry < mostEntries && offset >= firstExtended && offset + 12 <= config.Length; entry++)
        {
            var header = BinaryPrimitives.ReadUInt32LittleEndian(config.AsSpan(offset));
            if ((header & 0xffff) == 0x0003)
            {
                config.AsSpan(offset + 4, 8).Clear();
            }

            offset = (int)(header >> 20) & 0xffc;
        }

        return config;
    }
}
