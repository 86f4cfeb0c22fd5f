using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Processes;

/// <summary>A node in <c>/dev/vfio</c> through which a VM gets its device.</summary>
/// <param name="Path">Where it belongs: <c>dev/vfio/14</c>, <c>dev/vfio/noiommu-3</c>, <c>dev/vfio/devices/vfio0</c>, <c>dev/iommu</c>.</param>
/// <param name="Group">The group it opens, or that of its device.</param>
/// <param name="IsPresent">It is there, and is the character device that the kernel has for it.</param>
/// <param name="IsOpenToOthers">Any user may open it, and has the device then.</param>
public sealed record VfioNodeFacts(string Path, string Group, bool IsPresent, bool IsOpenToOthers);

/// <summary>
/// Looks at the nodes of groups that have a member on VFIO. Sources: <c>/dev/vfio</c>; <c>/sys/class/vfio</c>, where the kernel has the
/// group's device (vfio_group_create in drivers/vfio/group.c); <c>/sys/dev/char</c>.
/// </summary>
internal static class VfioNodes
{
    /// <summary>Null: the <c>/dev</c> that is seen is not the host's. A container's own has no <c>kmsg</c> (1:11), which devtmpfs always has.</summary>
    public static EquatableArray<VfioNodeFacts>? Read(HostReader files, PciFacts? pci)
    {
        var quiet = files.WithOwnIssues();
        var functions = (pci?.Functions ?? []).Where(function => function.Driver?.IsVfio == true && function.Group is not null).ToList();
        if (functions.Count == 0 || quiet.Node("dev/kmsg") is not { IsCharacterDevice: true, Major: 1, Minor: 11 })
        {
            return null;
        }

        var known = quiet.NameSet("sys/class/vfio") ?? new HashSet<string>();
        var groups = functions.Select(function => function.Group!).Distinct()
            .Select(group => (Group: group, Name: known.Contains(group) ? group : $"noiommu-{group}"))
            .Where(group => known.Contains(group.Name));
        var devices = Devices(quiet, functions.ToDictionary(function => function.Address, function => function.Group!)).ToList();
        return
        [
            .. groups.Select(group => From(quiet, $"dev/vfio/{group.Name}", $"/vfio/{group.Name}", group.Group)),
            .. devices,
            .. devices.Select(device => device.Group).Distinct().SelectMany(group => Iommufd(quiet, group)),
        ];
    }

    /// <summary>
    /// A device's own node is of no use without that of IOMMUFD (drivers/iommu/iommufd/main.c), which gives nobody a device by itself.
    /// A kernel that has groups alone has no <c>/sys/class/misc/iommu</c>.
    /// </summary>
    private static IEnumerable<VfioNodeFacts> Iommufd(HostReader files, string group) =>
        files.IsThere("sys/class/misc/iommu") && files.Text("sys/class/misc/iommu/dev") is { } number
            ? [new VfioNodeFacts("dev/iommu", group, files.Node("dev/iommu") is { IsCharacterDevice: true } node && node.Device == number, IsOpenToOthers: false)]
            : [];

    /// <summary>Each device has a node of its own where the kernel was built with CONFIG_VFIO_DEVICE_CDEV: then it has a number.</summary>
    private static IEnumerable<VfioNodeFacts> Devices(HostReader files, Dictionary<PciAddress, string> groups) =>
        from name in files.Names("sys/class/vfio-dev") ?? []
        where files.Exists($"sys/class/vfio-dev/{name}/dev") == true
        let place = files.Link($"sys/class/vfio-dev/{name}")?.Split('/')
        where place is [.., _, "vfio-dev", _]
        let itsGroup = PciAddress.TryParse(place[^3], out var function) ? groups.GetValueOrDefault(function) : null
        where itsGroup is not null
        select From(files, $"dev/vfio/devices/{name}", $"/vfio-dev/{name}", itsGroup);

    private static VfioNodeFacts From(HostReader files, string path, string place, string group)
    {
        var node = files.Node(path);
        var isPresent = node is { IsCharacterDevice: true } device && files.Link($"sys/dev/char/{device.Device}")?.EndsWith(place, StringComparison.Ordinal) != false;
        return new VfioNodeFacts(path, group, isPresent, isPresent && node is { IsOpenToOthers: true });
    }
}
