using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// Networks that are pools of virtual functions (<c>&lt;forward mode='hostdev'&gt;</c>): the functions are named one by one, or by
/// the adapter whose they are (<c>&lt;pf dev='eth3'/&gt;</c>). Sources: <c>/run/libvirt/network/NAME.xml</c> while the network is
/// active, else <c>/etc/libvirt/qemu/networks/NAME.xml</c>. Read once a domain asks.
/// </summary>
internal sealed class HostdevNetworks(HostReader files)
{
    private static readonly string[] Directories = ["run/libvirt/network", "etc/libvirt/qemu/networks"];

    private readonly Dictionary<string, HostdevNetwork?> _read = [];
    private readonly Lazy<IReadOnlySet<string>?[]> _names = new(() => [.. Directories.Select(files.NameSet)]);

    /// <summary>Null: there is no such network, it can't be read, or it is one of another kind.</summary>
    public HostdevNetwork? Named(string name)
    {
        if (!_read.TryGetValue(name, out var network))
        {
            _read[name] = network = Read(name);
        }

        return network;
    }

    private HostdevNetwork? Read(string name)
    {
        var path = Directories.Where((_, i) => _names.Value[i]?.Contains($"{name}.xml") == true).Select(directory => $"{directory}/{name}.xml").FirstOrDefault();
        if (path is null || DomainFile.Root(files, path) is not { } root)
        {
            return null;
        }

        var forward = (root.Name == "networkstatus" ? root.Down("network") : root)?.Down("forward");
        return forward?["mode"] == "hostdev"
            ? new HostdevNetwork([.. Functions(path, forward).Select(Choice)], DomainDevices.WhenOf(forward))
            : null;
    }

    /// <summary>An active network lists the addresses beside the adapter (networkCreateInterfacePool).</summary>
    private IEnumerable<PciAddress> Functions(string path, Element forward)
    {
        var addresses = forward.All("address").ToList();
        return addresses.Count == 0 ? VirtualFunctions(path, forward.Down("pf")?["dev"] ?? "") : Parsed(path, addresses);
    }

    private IEnumerable<PciAddress> Parsed(string path, List<Element> addresses)
    {
        foreach (var element in addresses)
        {
            if (SourceAddress.TryParse(element, out var address))
            {
                yield return address;
            }
            else
            {
                files.ReportMalformed(path, "address");
            }
        }
    }

    /// <summary>The functions in the order of their numbers, which is the order libvirt tries them in (virPCIGetVirtualFunctions).</summary>
    private IEnumerable<PciAddress> VirtualFunctions(string path, string adapter)
    {
        if (DirectoryOf(adapter) is not { } directory)
        {
            files.ReportUnresolved(path, $"no function stands behind the adapter {adapter}");
            return [];
        }

        return (files.Names(directory) ?? [])
            .Where(name => name.StartsWith("virtfn", StringComparison.Ordinal))
            .OrderBy(name => name.Length)
            .Select(name => PciAddress.TryParse(files.LinkName($"{directory}/{name}"), out var address) ? address : (PciAddress?)null)
            .OfType<PciAddress>();
    }

    private string? DirectoryOf(string adapter)
    {
        var link = $"sys/class/net/{adapter}";
        return DevicePath.IsName(adapter)
            && files.Link(link) is { } target
            && DevicePath.FunctionOn(SymlinkPath.Resolve(link, target)) is { } function
            && files.Link($"sys/bus/pci/devices/{function}") is { } place
                ? PciPath.FromLink(place).Directory
                : null;
    }

    private static DeviceAlternative Choice(PciAddress function) => new([new PciSelector(function, WholeSlot: false)]);
}

/// <summary>A pool of functions, of which each interface takes one.</summary>
internal sealed record HostdevNetwork(EquatableArray<DeviceAlternative> Choices, ExpectationTime When);
