using System.Text;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// Finds the drivers of this host's functions among the modules of a kernel. Sources, in <c>/lib/modules/RELEASE</c>: modules.alias,
/// modules.builtin, modules.builtin.modinfo (Linux 5.2), modules.dep.
/// </summary>
internal static class KernelDriversReader
{
    private static readonly string[] Roots =
        ["lib/modules", "usr/lib/modules", "run/booted-system/kernel-modules/lib/modules", "run/current-system/kernel-modules/lib/modules"];

    /// <param name="files">The door to the host.</param>
    /// <param name="release">The kernel.</param>
    /// <param name="functions">Of the host.</param>
    /// <param name="known">What earlier reads found.</param>
    public static KernelDrivers Read(HostReader files, string release, IEnumerable<PciFunction> functions, EquatableArray<KernelDrivers> known)
    {
        var names = functions.Where(function => function.HeaderType is null or 0)
            .Select(function => (Function: function, Name: ModuleAliasPattern.For(function))).Where(it => it.Name is not null)
            .ToLookup(it => Encoding.ASCII.GetString(it.Name!), it => it.Function);
        var directory = Roots.Select(root => $"{root}/{release}").FirstOrDefault(path => files.Exists($"{path}/modules.alias") == true)
            ?? Roots.Select(root => $"{root}/{release}").FirstOrDefault(path => files.Exists($"{path}/modules.builtin") == true);
        var version = directory is null ? null : files.Version($"{directory}/modules.alias");
        var key = $"{directory} {version} {string.Join(' ', names.SelectMany(same => same.Select(function => $"{function.Address}{same.Key}")))}";
        return known.FirstOrDefault(it => it.AllComplete && it.Release == release && it.Key == key) ?? Find(files, release, directory, names) with { Key = key };
    }

    private static KernelDrivers Find(HostReader files, string release, string? directory, ILookup<string, PciFunction> names)
    {
        var found = new Dictionary<string, HashSet<PciAddress>>();
        var builtIn = directory is null ? [] : BuiltIn(files, directory);
        var allComplete = directory is not null && Aliases(files, directory, names, Add);
        if (directory is not null)
        {
            BuiltInAliases(files, directory, names, Add);
        }

        foreach (var function in names.SelectMany(same => same))
        {
            foreach (var module in WellKnownDrivers.For(function).Where(module => !allComplete || builtIn.ContainsKey(module)))
            {
                Add(module, [function]);
            }
        }

        var needs = directory is null ? [] : Needs(files, directory, found);
        return new KernelDrivers
        {
            Release = release,
            AllComplete = allComplete,
            BuiltInVfio = builtIn.GetValueOrDefault("vfio_pci"),
            Drivers =
            [
                .. found.OrderBy(driver => driver.Key, StringComparer.Ordinal)
                    .Select(driver => new HostDriver(driver.Key, [.. driver.Value.Order()], builtIn.GetValueOrDefault(driver.Key), needs.GetValueOrDefault(driver.Key))),
            ],
        };

        void Add(string module, IEnumerable<PciFunction> functions)
        {
            if (!PciDriver.IsVfioName(module))
            {
                (found.TryGetValue(module, out var into) ? into : found[module] = []).UnionWith(functions.Select(function => function.Address));
            }
        }
    }

    /// <summary>Lines <c>alias pci:PATTERN MODULE</c>. False: there is no such file.</summary>
    private static bool Aliases(HostReader files, string directory, ILookup<string, PciFunction> names, Action<string, IEnumerable<PciFunction>> add)
    {
        var all = names.Select(same => (Name: Encoding.ASCII.GetBytes(same.Key), Functions: same)).ToArray();
        return files.Scan($"{directory}/modules.alias", line =>
        {
            var start = "alias pci:"u8;
            if (!line.StartsWith(start))
            {
                return LineVerdict.Skip;
            }

            var rest = line["alias ".Length..];
            var end = rest.IndexOf((byte)' ');
            var any = false;
            foreach (var (name, functions) in end < 0 ? [] : all)
            {
                if (ModuleAliasPattern.Matches(rest[..end], name))
                {
                    any = true;
                    add(ModuleName(Encoding.ASCII.GetString(rest[(end + 1)..])), functions);
                }
            }

            return any ? LineVerdict.Keep : LineVerdict.Skip;
        });
    }

    /// <summary>Records <c>MODULE.alias=pci:PATTERN</c>, each with a NUL at its end.</summary>
    private static void BuiltInAliases(HostReader files, string directory, ILookup<string, PciFunction> names, Action<string, IEnumerable<PciFunction>> add)
    {
        var all = names.Select(same => (Name: Encoding.ASCII.GetBytes(same.Key), Functions: same)).ToArray();
        var records = files.Extract($"{directory}/modules.builtin.modinfo", stream => NulRecords.Matching(stream, record =>
            IsOfAny(PatternOf(record), all))) ?? [];
        foreach (var record in Encoding.ASCII.GetString(records).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var pattern = PatternOf(Encoding.ASCII.GetBytes(record)).ToArray();
            var module = ModuleName(record[..record.IndexOf('.', StringComparison.Ordinal)]);
            foreach (var (_, functions) in all.Where(it => ModuleAliasPattern.Matches(pattern, it.Name)))
            {
                add(module, functions);
            }
        }
    }

    private static bool IsOfAny(ReadOnlySpan<byte> pattern, (byte[] Name, IGrouping<string, PciFunction> Functions)[] all)
    {
        foreach (var (name, _) in pattern.IsEmpty ? [] : all)
        {
            if (ModuleAliasPattern.Matches(pattern, name))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> PatternOf(ReadOnlySpan<byte> record)
    {
        var alias = ".alias=pci:"u8;
        var at = record.IndexOf(alias);
        return at <= 0 ? default : record[(at + ".alias=".Length)..];
    }

    /// <summary>Lines <c>kernel/drivers/vfio/pci/vfio-pci.ko</c>.</summary>
    private static Dictionary<string, string> BuiltIn(HostReader files, string directory)
    {
        var places = new Dictionary<string, string>();
        files.Scan($"{directory}/modules.builtin", line =>
        {
            var place = Encoding.UTF8.GetString(line);
            places[ModuleName(place[(place.LastIndexOf('/') + 1)..].Split('.')[0])] = place;
            return LineVerdict.Keep;
        });
        return places;
    }

    /// <summary>Lines <c>kernel/a.ko.zst: kernel/b.ko.zst kernel/c.ko.zst</c>.</summary>
    private static Dictionary<string, EquatableArray<string>> Needs(HostReader files, string directory, Dictionary<string, HashSet<PciAddress>> wanted)
    {
        var needs = new Dictionary<string, EquatableArray<string>>();
        files.Scan($"{directory}/modules.dep", line =>
        {
            var colon = line.IndexOf((byte)':');
            if (colon < 0 || Name(Encoding.UTF8.GetString(line[..colon])) is var module && !wanted.ContainsKey(module))
            {
                return LineVerdict.Skip;
            }

            needs[module] = [.. Encoding.UTF8.GetString(line[(colon + 1)..]).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Name)];
            return LineVerdict.Keep;
        });
        return needs;

        static string Name(string path) => ModuleName(path[(path.LastIndexOf('/') + 1)..].Split('.')[0]);
    }

    private static string ModuleName(string name) => name.Replace('-', '_');
}
