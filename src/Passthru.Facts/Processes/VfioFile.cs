using System.Globalization;

namespace Passthru.Facts.Processes;

/// <summary>An open file that by the text of its link in <c>/proc/PID/fd</c> may be one of VFIO; the kernel's word is its device number.</summary>
/// <param name="Kind">What it is a file of.</param>
/// <param name="Name">The group's number, or <c>vfio0</c> of a device's own node; empty for a device that was got through its group.</param>
internal readonly record struct VfioFile(VfioFileKind Kind, string Name)
{
    private const string DeviceOfGroup = "anon_inode:[vfio-device]";
    /// <summary>What the kernel appends to the path of a file that was removed.</summary>
    internal const string Deleted = " (deleted)";

    /// <summary>
    /// Looks at the end of the path only: what runs in a chroot or a container shows its own place of the node
    /// (<c>/host/dev/vfio/14</c>), and a node may have been removed since. The containers <c>/dev/vfio/vfio</c> and
    /// <c>/dev/iommu</c> hold nothing by themselves.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> target, out VfioFile file)
    {
        file = default;
        if (target is DeviceOfGroup)
        {
            file = new VfioFile(VfioFileKind.DeviceOfGroup, "");
            return true;
        }

        var path = target.EndsWith(Deleted) ? target[..^Deleted.Length] : target;
        var slash = path.LastIndexOf('/');
        if (slash < 0 || path[0] != '/')
        {
            return false;
        }

        var directory = path[..slash];
        var name = path[(slash + 1)..];
        if (directory.EndsWith("/vfio/devices") && name.StartsWith("vfio") && IsNumber(name["vfio".Length..]))
        {
            file = new VfioFile(VfioFileKind.Device, name.ToString());
        }
        else if (directory.EndsWith("/vfio"))
        {
            var group = name.StartsWith("noiommu-") ? name["noiommu-".Length..] : name;
            file = IsNumber(group) ? new VfioFile(VfioFileKind.Group, group.ToString()) : default;
        }

        return file.Kind != VfioFileKind.None;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}

/// <summary>The files of VFIO that take a device away from others.</summary>
internal enum VfioFileKind
{
    None,

    /// <summary><c>/dev/vfio/14</c>, <c>/dev/vfio/noiommu-14</c>.</summary>
    Group,

    /// <summary><c>/dev/vfio/devices/vfio0</c>.</summary>
    Device,

    /// <summary>VFIO_GROUP_GET_DEVICE_FD made it.</summary>
    DeviceOfGroup,
}
