using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// VMs of the cluster's HA manager, which starts them whatever <c>onboot</c> says. Source: <c>/etc/pve/ha/resources.cfg</c>
/// (PVE/HA/Resources.pm): <c>vm: 100</c>, and indented below it properties.
/// </summary>
internal sealed class HaResources
{
    public const string File = "etc/pve/ha/resources.cfg";

    /// <summary>The largest file that pmxcfs takes.</summary>
    private const int FileBytes = 1024 * 1024;

    private readonly Dictionary<string, string> _states = [];

    /// <summary>Null: the HA manager leaves the VM alone. The state is <c>started</c> where none is written.</summary>
    public bool? IsStarted(string id) => _states.GetValueOrDefault(id) switch
    {
        null or "ignored" => null,
        "started" or "enabled" => true,
        _ => false,
    };

    public static HaResources Read(HostReader files) => Parse(files.LongText(File, FileBytes) ?? "");

    public static HaResources Parse(string text)
    {
        var resources = new HaResources();
        string? id = null;
        foreach (var (key, value) in Lines(text))
        {
            if (key == "vm:")
            {
                id = value;
                resources._states[id] = "started";
            }
            else if (key != "state")
            {
                id = null;
            }
            else if (id is not null)
            {
                resources._states[id] = value;
            }
        }

        return resources;
    }

    /// <summary>The heads of sections, <c>vm:</c> and the number, and the states below them.</summary>
    internal static IEnumerable<(string Key, string Value)> Lines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [var key, var value, ..] && (char.IsWhiteSpace(line[0]) ? key == "state" : key.EndsWith(':')))
            {
                yield return (key, value);
            }
        }
    }
}
