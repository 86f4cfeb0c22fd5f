using System.Text;
using Passthru.Facts.Guests;
using Passthru.Facts.Guests.Proxmox;

namespace Passthru.Facts.Redacting;

/// <summary>Files of Proxmox with the values that <see cref="ProxmoxGuest"/> and <see cref="PciMappings"/> look at.</summary>
internal static class ProxmoxRedaction
{
    private static readonly string[] Machines = ["bios", "ostype", "template", "vga", "allow-ksm", "memory", "balloon", "machine", "arch"];
    private static readonly string[] Parts = ["node", "id", "subsystem-id", "path", "iommugroup"];

    /// <summary>The lines before the first section, without the description; of keys that are not read only the key.</summary>
    public static string Machine(string text, NewNames? names)
    {
        var kept = new StringBuilder();
        foreach (var line in ProxmoxConfig.Lines(text))
        {
            var config = ProxmoxConfig.Parse(line);
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            kept.Append(config.Strange is null ? $"{line[..colon]}: {Value(line[..colon], config[line[..colon]]!, names)}" : GuestRedaction.Word).Append('\n');
        }

        return kept.ToString();
    }

    private static string Value(string key, string value, NewNames? names) => key switch
    {
        "name" => names?.Of(value) ?? value,
        "args" => Arguments(value),
        _ => Machines.Contains(key) || key.StartsWith("hostpci", StringComparison.Ordinal) ? value : GuestRedaction.Word,
    };

    private static string Arguments(string value)
    {
        var bare = string.Join(' ', QemuDeviceArguments.Bare(ShellWords.Split(value)));
        return bare.Length == 0 ? GuestRedaction.Word : bare;
    }

    /// <summary>Names of mappings, and of each alternative what says where it is.</summary>
    public static string Mappings(string text)
    {
        var kept = new StringBuilder();
        foreach (var (name, alternative) in PciMappings.Lines(text))
        {
            kept.Append(name is not null ? $"{name}\n" : alternative is not null ? $"\tmap {Map(alternative)}\n" : "");
        }

        return kept.ToString();
    }

    private static string Map(string value) =>
        PropertyString.Parse(value) is { } parts
            ? string.Join(',', Parts.Where(name => parts[name] is not null).Select(name => $"{name}={parts[name]}").DefaultIfEmpty($"{GuestRedaction.Word}=1"))
            : GuestRedaction.Word;
}
