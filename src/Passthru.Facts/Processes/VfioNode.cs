using Passthru.Facts.Reading;

namespace Passthru.Facts.Processes;

/// <summary>
/// Whether an open file is a device node of VFIO: a character device with the number that the kernel gave to the group or the
/// device. Any user can have a file of that path open; only root can make the device.
/// </summary>
internal static class VfioNode
{
    /// <param name="descriptors">The directory <c>/proc/PID/fd</c>.</param>
    /// <param name="name">The descriptor.</param>
    /// <param name="target">What its link says.</param>
    /// <param name="file">What that text says it is; afterwards what the kernel says.</param>
    public static bool IsOf(HostReader descriptors, string name, string target, ref VfioFile file)
    {
        if (file.Kind == VfioFileKind.DeviceOfGroup)
        {
            return true;
        }

        var quiet = descriptors.WithOwnIssues();
        if (quiet.Node(name) is not { } node || (node.IsRegular && !IsLive(descriptors)))
        {
            return IsLinkBelieved(descriptors, target, file);
        }

        if (!node.IsCharacterDevice)
        {
            return false;
        }

        return descriptors.Root.Link($"sys/dev/char/{node.Device}") is { } place
            ? TryParsePlace(place, out file)
            : NumberOf(descriptors, file) == node.Device;
    }

    /// <summary>In a fixture a file may stand for the device; a live procfs has a <c>self</c>, and there what is open is what it is.</summary>
    internal static bool IsLive(HostReader descriptors) => descriptors.Root.Link("proc/self") is not null;

    /// <summary>
    /// In a capture or a fixture a descriptor is a link that may lead nowhere. Its text counts where it is the standard path,
    /// or where no number is known that could contradict it.
    /// </summary>
    private static bool IsLinkBelieved(HostReader descriptors, string target, VfioFile file)
    {
        const string standard = "/dev/vfio/";
        return target.StartsWith(standard, StringComparison.Ordinal) || NumberOf(descriptors, file) is null;
    }

    /// <summary><c>/sys/class/vfio/14/dev</c>, <c>/sys/class/vfio-dev/vfio0/dev</c>.</summary>
    private static string? NumberOf(HostReader descriptors, VfioFile file)
    {
        var files = descriptors.Root;
        return file.Kind == VfioFileKind.Device
            ? files.Text($"sys/class/vfio-dev/{file.Name}/dev")
            : files.Text($"sys/class/vfio/{file.Name}/dev") ?? files.Text($"sys/class/vfio/noiommu-{file.Name}/dev");
    }

    /// <summary>Where the kernel has the device of a number: <c>../../devices/virtual/vfio/14</c>, <c>…/0000:01:00.0/vfio-dev/vfio0</c>.</summary>
    private static bool TryParsePlace(string place, out VfioFile file)
    {
        var parts = place.Split('/');
        file = default;
        return parts is [.., "virtual", "vfio", var group] ? VfioFile.TryParse($"/dev/vfio/{group}", out file)
            : parts is [.., "vfio-dev", var device] && VfioFile.TryParse($"/dev/vfio/devices/{device}", out file);
    }
}
