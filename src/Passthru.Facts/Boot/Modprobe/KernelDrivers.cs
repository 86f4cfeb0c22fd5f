using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>Modules of one kernel that drive functions of this host.</summary>
public sealed record KernelDrivers
{
    /// <summary>As <c>uname -r</c> prints it.</summary>
    public required string Release { get; init; }

    /// <summary>Every driver was looked at; otherwise only drivers that are known by name.</summary>
    public bool AllComplete { get; init; }

    public EquatableArray<HostDriver> Drivers { get; init; } = [];

    /// <summary>The place of vfio-pci among what is built in; null where it is a module, or that is not known.</summary>
    public string? BuiltInVfio { get; init; }

    /// <summary>What has to be the same for this to hold.</summary>
    internal string Key { get; init; } = "";

    public IEnumerable<HostDriver> Of(PciAddress function) => Drivers.Where(driver => driver.Functions.Contains(function));
}

/// <summary>A module that matches functions of this host.</summary>
/// <param name="Module">With underscores.</param>
/// <param name="Functions">By address.</param>
/// <param name="BuiltIn">Its place in the kernel's source when built in (<c>kernel/drivers/usb/host/xhci-pci.ko</c>); null: a module.</param>
/// <param name="Needs">Modules that are loaded before it. Source: <c>modules.dep</c>.</param>
public sealed record HostDriver(string Module, EquatableArray<PciAddress> Functions, string? BuiltIn, EquatableArray<string> Needs);
