using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// What a domain takes of the host: <c>&lt;hostdev&gt;</c>, <c>&lt;interface&gt;</c> where a virtual function stands behind it, an NVMe
/// controller as <c>&lt;disk&gt;</c>, and QEMU's own words. Only the address inside <c>&lt;source&gt;</c> is the host's; the one beside it
/// is where the guest sees the device.
/// </summary>
internal sealed class DomainDevices(HostReader files)
{
    /// <summary>Of each kind; QEMU has no room for as many.</summary>
    private const int MaxEntries = 1024;

    private const string Qemu = "{http://libvirt.org/schemas/domain/qemu/1.0}";

    private readonly HostdevNetworks _networks = new(files);
    private readonly Lazy<bool> _hasHook = new(() => HasHook(files.WithOwnIssues()));

    /// <summary>What it takes at its next start; of a network's functions any.</summary>
    public EquatableArray<VmDevice> Configured(DomainFile file) => Read(file, (entry, slot) => Interface(file, entry, slot) ?? FromNetwork(entry, slot));

    /// <summary>What it took: of a network's functions the one that <c>&lt;actual&gt;</c> names.</summary>
    public EquatableArray<VmDevice> Taken(DomainFile file) => Read(file, (entry, slot) => Interface(file, entry, slot) ?? FromActual(file, entry, slot));

    private EquatableArray<VmDevice> Read(DomainFile file, Func<Element, string, VmDevice?> readInterface)
    {
        var devices = file.Domain.Down("devices");
        var own = Entries(devices, "hostdev").Select((entry, i) => Hostdev(file, entry, $"hostdev{i}"));
        var interfaces = Entries(devices, "interface").Select((entry, i) => readInterface(entry, $"interface{i}"));
        var disks = Entries(devices, "disk").Select((entry, i) => NvmeDisk(file, entry, $"disk{i}"));
        return [.. own.Concat(interfaces).Concat(disks).Append(Raw(file)).OfType<VmDevice>()];
    }

    private static IEnumerable<Element> Entries(Element? devices, string name) => (devices?.All(name) ?? []).Take(MaxEntries);

    /// <summary>The mode is "subsystem" where nothing is said (virDomainHostdevDefParseXML).</summary>
    private VmDevice? Hostdev(DomainFile file, Element entry, string slot) => (entry["mode"] ?? "subsystem", entry["type"], entry["model"]) switch
    {
        ("subsystem", "pci", _) => Function(file, entry, entry, slot),
        ("subsystem", "mdev", null or "vfio-pci") => Mediated(slot),
        _ => null,
    };

    private VmDevice? Interface(DomainFile file, Element entry, string slot) =>
        entry["type"] == "hostdev" ? Function(file, entry, entry, slot) : null;

    private VmDevice? FromActual(DomainFile file, Element entry, string slot) =>
        entry.Down("actual") is { } actual && actual["type"] == "hostdev" ? Function(file, entry, actual, slot) : null;

    /// <summary>QEMU's own driver has the controller, behind VFIO (virDomainDiskSourceNVMeParse): the guest sees a disk, with no ROM.</summary>
    private VmDevice? NvmeDisk(DomainFile file, Element entry, string slot) =>
        entry["type"] == "nvme" && entry.Down("source") is { } source && Function(file, entry, source, source, slot) is { } device
            ? device with { HasRomBar = null }
            : null;

    /// <summary>What <c>&lt;qemu:arg&gt;</c> takes, which libvirt neither prepares nor looks at: the driver must be VFIO's before.</summary>
    private static VmDevice? Raw(DomainFile file)
    {
        var functions = QemuDeviceArguments.HostFunctions(QemuArguments(file.Domain.Down($"{Qemu}commandline"))).Distinct().Select(Selector).ToImmutableArray();
        return functions.IsEmpty ? null : new VmDevice { Slot = "commandline", Choices = [new DeviceAlternative(functions)], When = ExpectationTime.Always };
    }

    /// <summary>The words in <c>&lt;qemu:commandline&gt;</c>.</summary>
    public static IReadOnlyList<string> QemuArguments(Element? commandLine) => [.. Entries(commandLine, $"{Qemu}arg").Select(argument => argument["value"] ?? "")];

    private VmDevice? FromNetwork(Element entry, string slot) =>
        entry["type"] == "network" && NetworkOf(entry) is { } name && _networks.Named(name) is { } network
            ? new VmDevice { Slot = slot, Choices = network.Choices, When = network.When, Through = name }
            : null;

    /// <param name="file">Where it stands.</param>
    /// <param name="entry">What the guest gets.</param>
    /// <param name="holder">What names the host's device: the entry, or <c>&lt;actual&gt;</c> in it.</param>
    /// <param name="slot">The entry's name.</param>
    private VmDevice? Function(DomainFile file, Element entry, Element holder, string slot) => Function(file, entry, holder, holder.Down("source"), slot);

    private VmDevice? Function(DomainFile file, Element entry, Element holder, Element? source, string slot)
    {
        if (!SourceAddress.TryParse(source?.Down("address"), out var address))
        {
            files.ReportMalformed(file.Path, $"source of {slot}");
            return null;
        }

        // A ROM file without a name stands for no ROM, QEMU's own way to say so from before enabled='no'.
        var rom = entry.Down("rom");
        var romFile = rom?["file"];
        return new VmDevice
        {
            Slot = slot,
            Choices = [new DeviceAlternative([Selector(address)])],
            When = WhenOf(holder) == ExpectationTime.Always && _hasHook.Value ? ExpectationTime.WhileRunning : WhenOf(holder),
            Through = NetworkOf(entry),
            HasRomBar = rom?["bar"] != "off" && rom?["enabled"] != "no" && romFile != "",
            RomFile = romFile is "" ? null : romFile,
            RomFileExists = romFile is ['/', ..] ? files.Exists(SymlinkPath.Resolve("", romFile)) : null,
        };
    }

    /// <summary>The address of a mediated device is a UUID; the function behind it keeps its driver.</summary>
    private static VmDevice Mediated(string slot) =>
        new() { Slot = slot, Choices = [], When = ExpectationTime.WhileRunning, MediatedType = "" };

    private static PciSelector Selector(PciAddress function) => new(function, WholeSlot: false);

    private static string? NetworkOf(Element entry) => entry.Down("source")?["network"];

    /// <summary>
    /// A hook that libvirt would run before it looks at host devices, and that may give them to VFIO then (virHookCall,
    /// qemuProcessPrepareHost): a file that somebody may execute.
    /// </summary>
    private static bool HasHook(HostReader files) =>
        (files.Names("etc/libvirt/hooks/qemu.d") ?? []).Select(name => $"etc/libvirt/hooks/qemu.d/{name}")
            .Prepend("etc/libvirt/hooks/qemu")
            .Any(path => files.Node(path) is { IsRegular: true, IsExecutable: true });

    /// <summary>Not managed is what nothing is said of: then the device must be VFIO's before (virHostdevPreparePCIDevices).</summary>
    public static ExpectationTime WhenOf(Element holder) => holder["managed"] == "yes" ? ExpectationTime.WhileRunning : ExpectationTime.Always;
}
