using System.Text.Json;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>
/// Which interfaces are in one switch of Open vSwitch. Sources: its database, <c>/etc/openvswitch/conf.db</c> (a log of
/// transactions in JSON, ovsdb(5)), which only root may read; else <c>/etc/network/interfaces</c> and <c>interfaces.d</c> with
/// <c>ovs_bridge</c>, <c>ovs_ports</c>, <c>ovs_bonds</c> (openvswitch-switch, README.Debian).
/// </summary>
internal sealed class OvsBridges
{
    private const int LargestDatabase = 8 * 1024 * 1024;
    private static readonly string[] Databases = ["etc/openvswitch/conf.db", "var/lib/openvswitch/conf.db"];
    private const string Interfaces = "etc/network/interfaces";

    /// <summary>Bridge to names in it.</summary>
    private readonly Dictionary<string, HashSet<string>> _bridges = new(StringComparer.Ordinal);

    public static OvsBridges Read(HostReader files)
    {
        var bridges = new OvsBridges();
        var quiet = files.WithOwnIssues();
        foreach (var path in Databases)
        {
            if (quiet.LongText(path, LargestDatabase) is { Length: > 0 } log && bridges.AddDatabase(log))
            {
                return bridges;
            }
        }

        var more = (files.Names($"{Interfaces}.d") ?? []).Select(name => $"{Interfaces}.d/{name}");
        foreach (var path in more.Prepend(Interfaces))
        {
            bridges.AddInterfaces(files, path);
        }

        return bridges;
    }

    /// <summary>The database with nothing but which interfaces are in which switch.</summary>
    internal static string Reduced(string log)
    {
        var bridges = new OvsBridges();
        bridges.AddDatabase(log);
        return string.Concat(bridges._bridges.Select((bridge, i) => Row(i, bridge.Key, [.. bridge.Value])));

        static string Row(int number, string name, string[] ports)
        {
            var rows = ports.Select((port, i) => (Id: $"{number}-{i}", Name: JsonEncodedText.Encode(port)));
            var set = string.Join(',', rows.Select(row => $"[\"uuid\",\"{row.Id}\"]"));
            var faces = string.Join(',', rows.Select(row => $"\"{row.Id}\":{{\"name\":\"{row.Name}\"}}"));
            var each = string.Join(',', rows.Select(row => $"\"{row.Id}\":{{\"interfaces\":[\"uuid\",\"{row.Id}\"]}}"));
            return $"{{\"Bridge\":{{\"{number}\":{{\"name\":\"{JsonEncodedText.Encode(name)}\",\"ports\":[\"set\",[{set}]]}}}},\"Port\":{{{each}}},\"Interface\":{{{faces}}}}}\n";
        }
    }

    /// <summary>All names in the switch that one of these names is in; null: no file tells.</summary>
    public IReadOnlySet<string>? PortsWith(string name) =>
        _bridges.FirstOrDefault(bridge => bridge.Key == name || bridge.Value.Contains(name)).Value;

    private HashSet<string> Bridge(string name)
    {
        if (!_bridges.TryGetValue(name, out var ports))
        {
            _bridges[name] = ports = new(StringComparer.Ordinal) { name };
        }

        return ports;
    }

    /// <summary>Stanzas <c>iface NAME inet …</c>; a bond's own slaves are ports where it is one.</summary>
    private void AddInterfaces(HostReader files, string path)
    {
        var name = "";
        var bonds = new Dictionary<string, string[]>(StringComparer.Ordinal);
        TextTable.Read(files, path, line =>
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            name = words is ["iface", var next, ..] ? next : name;
            switch (words)
            {
                case ["ovs_bridge", var bridge, ..]:
                    Bridge(bridge).Add(name);
                    break;
                case ["ovs_ports", ..]:
                    Bridge(name).UnionWith(words[1..]);
                    break;
                case ["ovs_bonds", ..]:
                    bonds[name] = words[1..];
                    break;
                default:
                    return words is ["iface", ..];
            }

            return true;
        });
        foreach (var (bond, slaves) in bonds)
        {
            foreach (var ports in _bridges.Values.Where(ports => ports.Contains(bond)))
            {
                ports.UnionWith(slaves);
            }
        }
    }

    /// <summary>Every second line is a transaction: tables, rows by UUID, of a changed row the changed columns, null for a deleted one.</summary>
    private bool AddDatabase(string log)
    {
        var rows = new Dictionary<(string Table, string Row), Dictionary<string, JsonElement>>();
        foreach (var line in log.Split('\n').Where(line => line.StartsWith('{')))
        {
            try
            {
                Apply(JsonDocument.Parse(line).RootElement, rows);
            }
            catch (JsonException)
            {
                return false;
            }
        }

        foreach (var bridge in rows.Where(row => row.Key.Table == "Bridge"))
        {
            var ports = Uuids(bridge.Value, "ports").Select(uuid => rows.GetValueOrDefault(("Port", uuid))).OfType<Dictionary<string, JsonElement>>();
            var faces = ports.SelectMany(port => Uuids(port, "interfaces")).Select(uuid => rows.GetValueOrDefault(("Interface", uuid))).OfType<Dictionary<string, JsonElement>>();
            if (Name(bridge.Value) is { } name)
            {
                Bridge(name).UnionWith(faces.Select(Name).OfType<string>());
            }
        }

        return _bridges.Count > 0;
    }

    private static void Apply(JsonElement transaction, Dictionary<(string, string), Dictionary<string, JsonElement>> rows)
    {
        foreach (var table in transaction.EnumerateObject().Where(table => table.Name is "Bridge" or "Port" or "Interface" && table.Value.ValueKind == JsonValueKind.Object))
        {
            foreach (var row in table.Value.EnumerateObject())
            {
                var key = (table.Name, row.Name);
                if (row.Value.ValueKind != JsonValueKind.Object)
                {
                    rows.Remove(key);
                    continue;
                }

                rows.TryAdd(key, []);
                foreach (var column in row.Value.EnumerateObject().Where(column => column.Name is "name" or "ports" or "interfaces"))
                {
                    rows[key][column.Name] = column.Value;
                }
            }
        }
    }

    private static string? Name(Dictionary<string, JsonElement> row) =>
        row.TryGetValue("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    /// <summary><c>["uuid","…"]</c>, or <c>["set",[["uuid","…"],…]]</c>.</summary>
    private static IEnumerable<string> Uuids(Dictionary<string, JsonElement> row, string column)
    {
        if (!row.TryGetValue(column, out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2)
        {
            return [];
        }

        var one = value[0].ValueKind == JsonValueKind.String && value[0].GetString() == "uuid";
        var all = one ? [value] : value[1].ValueKind == JsonValueKind.Array ? value[1].EnumerateArray() : Enumerable.Empty<JsonElement>();
        return all.Where(pair => pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.String)
            .Select(pair => pair[1].GetString()!);
    }
}
