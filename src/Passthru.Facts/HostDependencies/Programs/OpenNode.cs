using Passthru.Facts.Processes;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Programs;

/// <summary>
/// A node of a device that a process has open. Which device it is, its number says: any user can have a file that goes by the path of
/// a node, and root can give a node any name. Sources: <c>/proc/PID/fd/DESCRIPTOR</c>, <c>/sys/dev/block</c>, <c>/sys/dev/char</c>.
/// </summary>
/// <param name="Descriptor">Its number in the process.</param>
/// <param name="Target">The text of the link.</param>
/// <param name="Path">The node that the host has for the device; where no number is known, that of the link.</param>
/// <param name="IsKernels">The number was seen.</param>
internal readonly record struct OpenNode(string Descriptor, string Target, string Path, bool IsKernels)
{
    /// <summary>Null: no node.</summary>
    /// <param name="descriptors">The directory <c>/proc/PID/fd</c>.</param>
    /// <param name="descriptor">One of it.</param>
    /// <param name="target">Where its link leads.</param>
    /// <param name="path">The same from <c>/dev</c> on.</param>
    public static OpenNode? Of(HostReader descriptors, string descriptor, string target, string path)
    {
        if (descriptors.WithOwnIssues().Node(descriptor) is not { } node || (node.IsRegular && !VfioNode.IsLive(descriptors)))
        {
            return new OpenNode(descriptor, target, path, IsKernels: false);
        }

        return node.IsBlockDevice || node.IsCharacterDevice
            ? new OpenNode(descriptor, target, OnHost(descriptors, node.IsBlockDevice ? "block" : "char", node.Device) ?? path, IsKernels: true)
            : null;
    }

    /// <summary>The nodes of graphics cards have a directory; NVIDIA's driver has none of its nodes in sysfs.</summary>
    private static string? OnHost(HostReader descriptors, string kind, string number)
    {
        var place = descriptors.WithOwnIssues().Root.Link($"sys/dev/{kind}/{number}")?.Split('/');
        return place switch
        {
            [.., var name] when kind == "block" => $"/dev/{name.Replace('!', '/')}",
            [.., "drm", var card] => $"/dev/dri/{card}",
            [.., "accel", var card] => $"/dev/accel/{card}",
            _ => null,
        };
    }
}
