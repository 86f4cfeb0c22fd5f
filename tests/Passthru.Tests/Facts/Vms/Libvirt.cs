using System.Collections.Immutable;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Libvirt;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

/// <summary>libvirt's files in a few lines, and what is read of them as text.</summary>
internal static class Libvirt
{
    public const string Defined = "etc/libvirt/qemu";
    public const string Running = "run/libvirt/qemu";

    public static string Domain(string name, string devices = "", string rest = "") =>
        $"<domain type='kvm'><name>{name}</name>{rest}<devices>{devices}</devices></domain>";

    public static string Status(string state, string domain, string pid = "4711") => $"<domstatus state='{state}' reason='booted' pid='{pid}'>{domain}</domstatus>";

    public static FakeTree With(string name, string xml) => new FakeTree().With($"{Defined}/{name}.xml", xml);

    public static ImmutableArray<Vm>? Read(IFileTree files) => Read(files, out _);

    public static ImmutableArray<Vm>? Read(IFileTree files, out IReadOnlyList<ReadIssue> issues)
    {
        var host = new HostReader(files, ReadAttempt.Unlimited);
        var vms = LibvirtReader.Read(host).Vms;
        issues = host.Issues;
        return vms;
    }

    public static Vm One(IFileTree files) => Assert.Single(Read(files)!.Value);

    /// <summary>The devices of a domain with these entries.</summary>
    public static IEnumerable<string> Devices(string entries) => Lines(One(With("a", Domain("a", entries))).Devices);

    /// <summary>One line for each: slot, choices, when, and what else there is to say.</summary>
    public static IEnumerable<string> Lines(ImmutableArray<VmDevice>? devices) => devices!.Value.Select(device => string.Join(' ', Message(device)));

    private static IEnumerable<string> Message(VmDevice device)
    {
        yield return device.Slot;
        yield return string.Join('|', device.Choices.Select(choice => string.Join(';', choice.Functions)));
        yield return device.When.ToString();
        if (device.Through is { } network)
        {
            yield return $"through {network}";
        }
        if (device.IsMediated)
        {
            yield return "mediated";
        }
    }
}
