using System.Text.RegularExpressions;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// Stacks of software that run on disks, mounted or not: each has the devices below it open. Of each the top, which nothing else of
/// the kind stands on. Sources: <c>/sys/class/block/NAME/{slaves,holders}</c>, <c>dm/uuid</c>, <c>md/array_state</c>
/// (Documentation/admin-guide/md.rst), <c>loop/backing_file</c>.
/// </summary>
internal sealed partial class RunningStacks(HostReader files, BlockDevices devices, BlockStack stack)
{
    /// <summary>States in which an array does not have its members at work.</summary>
    private static readonly string[] Stopped = ["clear", "inactive"];

    /// <summary>What to call it, and the device.</summary>
    public IEnumerable<(string What, BlockLayer Top)> Read()
    {
        foreach (var device in devices.Virtual())
        {
            if (WhatRuns(device) is { } what && files.Names($"{device.Directory}/holders") is null or [])
            {
                yield return (what, device);
            }
        }

        foreach (var disk in stack.Arrays.UnraidDisks())
        {
            yield return ("array", disk);
        }
    }

    private string? WhatRuns(BlockLayer device)
    {
        var name = DevicePath.NameOf(device.Directory);
        return Kind().Match(name).Value switch
        {
            "dm-" => HasSlaves(device) && !IsPathOnly(device) ? "active volume" : null,
            "md" => HasSlaves(device) && !Stopped.Contains(files.Text($"{device.Directory}/md/array_state")) ? "running array" : null,
            "drbd" => HasSlaves(device) ? "DRBD device" : null,
            "bcache" => HasSlaves(device) ? "bcache" : null,
            "loop" => files.Text($"{device.Directory}/loop/backing_file") is { Length: > 0 } file && stack.IsNode(file) ? "loop device" : null,
            _ => null,
        };
    }

    private bool HasSlaves(BlockLayer device) => files.Names($"{device.Directory}/slaves") is { Count: > 0 };

    /// <summary>Multipath and firmware RAID set themselves up on any disk that looks like theirs; that alone is no use of it.</summary>
    private bool IsPathOnly(BlockLayer device) => files.Text($"{device.Directory}/dm/uuid") is { } id && PathOnly().IsMatch(id);

    [GeneratedRegex("^(dm-|md|drbd|bcache|loop)(?=[0-9_])")]
    private static partial Regex Kind();

    [GeneratedRegex("^(part[0-9]+-)?(mpath-|DMRAID-)")]
    private static partial Regex PathOnly();
}
