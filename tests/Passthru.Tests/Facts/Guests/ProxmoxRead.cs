using System.Collections.Immutable;
using Passthru.Facts.Files;
using Passthru.Facts.Guests;
using Passthru.Facts.Guests.Proxmox;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Guests;

/// <summary>Virtual machines out of a few files.</summary>
internal static class ProxmoxRead
{
    public const string Directory = "etc/pve/qemu-server";

    /// <summary>A node named pve1 with one virtual machine, 100.</summary>
    public static FakeFiles Node(string config = "name: one\n") => new FakeFiles()
        .WithLink("etc/pve/local", "nodes/pve1")
        .With($"{Directory}/100.conf", config)
        .WithDirectory("run");

    public static (ImmutableArray<Guest>? Guests, IReadOnlyList<ReadIssue> Issues) From(IFileTree tree)
    {
        var files = new HostFiles(tree, Patience.Unlimited);
        return (ProxmoxReader.Read(files).Guests, files.Issues);
    }

    /// <summary>The one virtual machine there is, and no trouble.</summary>
    public static Guest One(IFileTree tree)
    {
        var (guests, issues) = From(tree);
        Assert.Empty(issues);
        return Assert.Single(guests!.Value);
    }

    public static Guest One(string config) => One(Node(config));

    /// <summary><c>hostpci0: 0000:01:00 | 0000:02:00.0+0000:02:00.1</c></summary>
    public static string Line(GuestDevice device) =>
        $"{device.Slot}: {string.Join(" | ", device.Choices.Select(choice => string.Join('+', choice.Functions)))}";

    public static IEnumerable<string> Lines(IEnumerable<GuestDevice> devices) => devices.Select(Line);
}
