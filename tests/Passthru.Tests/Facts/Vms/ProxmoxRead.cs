using System.Collections.Immutable;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Proxmox;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

/// <summary>Virtual machines out of a few files.</summary>
internal static class ProxmoxRead
{
    public const string Directory = "etc/pve/qemu-server";

    /// <summary>A node named pve1 with one virtual machine, 100.</summary>
    public static FakeTree Node(string config = "name: one\n") => new FakeTree()
        .WithLink("etc/pve/local", "nodes/pve1")
        .With($"{Directory}/100.conf", config)
        .WithDirectory("run");

    public static (ImmutableArray<Vm>? Vms, IReadOnlyList<ReadIssue> Issues) From(IFileTree tree)
    {
        var files = new HostReader(tree, ReadAttempt.Unlimited);
        return (ProxmoxReader.Read(files).Vms, files.Issues);
    }

    /// <summary>The one virtual machine there is, and no trouble.</summary>
    public static Vm One(IFileTree tree)
    {
        var (vms, issues) = From(tree);
        Assert.Empty(issues);
        return Assert.Single(vms!.Value);
    }

    public static Vm One(string config) => One(Node(config));

    /// <summary><c>hostpci0: 0000:01:00 | 0000:02:00.0+0000:02:00.1</c></summary>
    public static string Line(VmDevice device) =>
        $"{device.Slot}: {string.Join(" | ", device.Choices.Select(choice => string.Join('+', choice.Functions)))}";

    public static IEnumerable<string> Lines(IEnumerable<VmDevice> devices) => devices.Select(Line);
}
