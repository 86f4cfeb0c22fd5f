using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms.Proxmox;
using Passthru.Findings;
using Passthru.Findings.NextStart;
using Passthru.Findings.Values;
using Passthru.Tests.Facts.Vms;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.NextStart;

/// <summary>A node with a card, an integrated GPU, an adapter, an HBA, the root disk and vGPU hardware, and one VM by the lines of its file.</summary>
internal static class RealConfigurations
{
    /// <summary>Issues of VM 100 that are more than a note, by name; and <c>takes</c> where its start takes the root disk.</summary>
    public static string Issues(string config, string mapping = "")
    {
        var files = ProxmoxRead.Node(config.Replace(" / ", "\n", StringComparison.Ordinal) + "\n").With("usr/share/kvm/vbios.rom", "");
        var (vms, _) = ProxmoxRead.From(mapping.Length == 0 ? files : files.With(PciMappings.File, $"gpu\n\t{mapping.Replace(" / ", "\n\t", StringComparison.Ordinal)}\n"));
        var verdict = Diagnosis.Assess(Host.WithProxmox([.. vms!.Value]).WithProcesses()).Vms!.Value.Single();
        return string.Join(' ', verdict.Issues.Where(Warns).Select(issue => issue.Check.Id)
            .Concat(verdict.StartTakesCritical is { Length: > 0 } ? ["takes"] : Array.Empty<string>())
            .Order(StringComparer.Ordinal));
    }

    private static bool Warns(VmIssue issue) => issue.IsPresent && issue.Check.Severity != Severity.Info;

    private static HostFacts Host => Some.Facts(
        Function("0000:00:02.0", "8086:4680", 0x030000, "i915", "1") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:02.0") },
        Function("0000:01:00.0", "10de:2204", 0x030000, "vfio-pci", "7"),
        Function("0000:01:00.1", "10de:1aef", 0x040300, "vfio-pci", "7"),
        Function("0000:02:00.0", "8086:1533", 0x020000, "igb", "8"),
        Function("0000:03:00.0", "144d:a808", 0x010802, "nvme", "9"),
        Function("0000:04:00.0", "1000:0072", 0x010700, "mpt3sas", "10"),
        Function("0000:05:00.0", "10de:1b38", 0x030200, "nvidia", "11") with { Mediated = new(MediatedKind.Devices, [new("nvidia-63") { Available = 4 }]) },
        Function("0000:06:00.0", "10de:1b38", 0x030200, "vfio-pci", "12"),
        Function("0000:41:00.0", "10de:26b9", 0x030200, "nvidia", "39") with { TotalVirtualFunctions = 32, VirtualFunctions = 2 },
        Virtual("0000:41:00.4", "40"),
        Virtual("0000:41:00.5", "41")) with
    {
        HostDependencies = new HostDependencyFacts
        {
            All = [new HostDependency(HostDependencyKind.RootFileSystem, ["/", "nvme0n1"], Some.Address("0000:03:00.0"))],
            Unresolved = [],
            DisplayComplete = true,
            KeyboardsComplete = true,
        },
    };

    private static PciFunction Virtual(string address, string group) => Function(address, "10de:26b9", 0x030200, "nvidia", group) with
    {
        PhysicalFunction = Some.Address("0000:41:00.0"),
        Mediated = new(MediatedKind.WholeFunction, [new("nvidia-1414") { Available = 1 }]) { CurrentType = 0 },
    };

    private static PciFunction Function(string address, string id, uint code, string driver, string group)
    {
        Assert.True(PciId.TryParse(id, out var known));
        return Some.Function(address).On(driver).InGroup(group) with
        {
            Vendor = known.Vendor,
            Device = known.Device,
            Subsystem = new PciId(0x1043, 0x8769),
            Class = new PciClass(code),
            Multifunction = address[^1] == '1' || address.StartsWith("0000:01", StringComparison.Ordinal),
            Mediated = MediatedSupport.None,
        };
    }
}
