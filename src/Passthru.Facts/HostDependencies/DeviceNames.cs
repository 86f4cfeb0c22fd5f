using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies;

/// <summary>Names by which people know a function: its network interface, its graphics card, its NVMe controller.</summary>
internal static class DeviceNames
{
    private static readonly string[] Classes = ["sys/class/net", "sys/class/drm", "sys/class/nvme"];

    /// <summary>Beside the links stand files (version, bonding_masters), and captures of older versions lack some: names are a convenience, and no issue.</summary>
    public static EquatableArray<NamedFunction> Read(HostReader files) =>
    [
        .. from directory in Classes
           where files.IsThere(directory)
           from name in files.Names(directory) ?? []
           where !name.Contains('-', StringComparison.Ordinal) && files.IsThere($"{directory}/{name}")
           let function = FunctionOf(files, $"{directory}/{name}")
           where function is not null
           select new NamedFunction(name, function.Value),
    ];

    private static PciAddress? FunctionOf(HostReader files, string link) =>
        files.WithOwnIssues().Link(link) is { } target && SymlinkPath.Resolve(link, target) is var directory && !DevicePath.IsVirtual(directory) ? DevicePath.FunctionOn(directory) : null;
}
