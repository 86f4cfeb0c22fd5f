using System.Text;
using Passthru.Facts.Capture;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>Files of Proxmox with the values that <see cref="ProxmoxVmBuilder"/> and <see cref="PciMappings"/> look at.</summary>
internal static class ProxmoxRedaction
{
    private static readonly string[] Machines =
        ["bios", "ostype", "template", "vga", "allow-ksm", "memory", "balloon", "machine", "arch", "onboot", "startup", "delete"];

    private static readonly string[] Parts = ["node", "id", "subsystem-id", "path", "iommugroup"];

    public static string? Redact(string[] path, string text, Pseudonyms? names) => path switch
    {
        ["etc", "pve", "mapping", "pci.cfg"] => Mappings(text),
        ["etc", "pve", "ha", "resources.cfg"] => Resources(text),
        ["etc", "pve", .., "qemu-server", var file] when file.EndsWith(".conf", StringComparison.Ordinal) => Machine(text, names),
        _ => null,
    };

    /// <summary>The lines before the first section and what is pending, without the description; of keys that are not read only the key.</summary>
    private static string Machine(string text, Pseudonyms? names)
    {
        var pending = Kept(ProxmoxConfig.PendingLines(text), names);
        return Kept(ProxmoxConfig.Lines(text), names) + (pending.Length > 0 ? $"\n[PENDING]\n{pending}" : "");
    }

    /// <summary>VMs of the HA manager and their states.</summary>
    private static string Resources(string text) => string.Concat(HaResources.Lines(text)
        .Where(line => line.Key is "vm:" or "state")
        .Select(line => line.Key == "vm:" ? $"vm: {line.Value}\n" : $"\tstate {line.Value}\n"));

    private static string Kept(IEnumerable<string> lines, Pseudonyms? names)
    {
        var kept = new StringBuilder();
        foreach (var line in lines)
        {
            var config = ProxmoxConfig.Parse(line);
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            kept.Append(config.FirstInvalidLine is null ? $"{line[..colon]}: {Value(line[..colon], config[line[..colon]]!, names)}" : Redaction.LeftOut).Append('\n');
        }

        return kept.ToString();
    }

    private static string Value(string key, string value, Pseudonyms? names) => key switch
    {
        "name" => names?.Of(value) ?? value,
        "args" => Arguments(value),
        _ when ProxmoxVmBuilder.IsDisk(key) => ProxmoxVmBuilder.VolumeIn(value) + (value.Contains("media=cdrom", StringComparison.Ordinal) ? ",media=cdrom" : ""),
        _ => Machines.Contains(key) || key.StartsWith("hostpci", StringComparison.Ordinal) ? value : Redaction.LeftOut,
    };

    private static string Arguments(string value)
    {
        var bare = string.Join(' ', QemuDeviceArguments.Bare(ShellWords.Split(value)));
        return bare.Length == 0 ? Redaction.LeftOut : bare;
    }

    /// <summary>Names of mappings, what each can do, and of each alternative what says where it is.</summary>
    private static string Mappings(string text) => string.Concat(PciMappings.Lines(text).Select(line => line switch
    {
        { Name: { } name } => $"{name}\n",
        { Key: "map" } => $"\tmap {Map(line.Value)}\n",
        { Key: "mdev" or "live-migration-capable" } => $"\t{line.Key} {line.Value}\n",
        _ => "",
    }));

    private static string Map(string value) =>
        PropertyString.Parse(value) is { } parts
            ? string.Join(',', Parts.Where(name => parts[name] is not null).Select(name => $"{name}={parts[name]}").DefaultIfEmpty($"{Redaction.LeftOut}=1"))
            : Redaction.LeftOut;
}
