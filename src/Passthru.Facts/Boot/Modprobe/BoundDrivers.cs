using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// Drivers that are built in and have a function now. What they match stands in no list (before Linux 6.19 modules.builtin.modinfo has
/// no aliases of PCI), but that they match what they have is certain.
/// </summary>
internal static class BoundDrivers
{
    /// <param name="files">The door to the host.</param>
    /// <param name="kernel">The running one.</param>
    /// <param name="functions">Of the host.</param>
    public static KernelDrivers Add(HostReader files, KernelDrivers kernel, IEnumerable<PciFunction> functions)
    {
        var bound = functions.Where(function => function is { HeaderType: null or 0, Driver: { IsVfio: false, IsStub: false } } && !kernel.Of(function.Address).Any())
            .GroupBy(function => function.Driver!.Name, function => function.Address);
        var builtIn = !kernel.AllComplete ? [] : bound.Select(driver => BuiltIn(files, driver.Key, [.. driver.Order()])).OfType<HostDriver>().ToList();
        return builtIn.Count == 0 ? kernel : kernel with { Drivers = [.. kernel.Drivers, .. builtIn] };
    }

    /// <summary>
    /// A driver of a module has a link to it, and the module has a state; one that is built in has no link, or one to where its
    /// parameters are (module_add_driver in drivers/base/module.c). Of sysfs both directories have to be seen in full.
    /// </summary>
    private static HostDriver? BuiltIn(HostReader files, string name, IEnumerable<PciAddress> functions)
    {
        var directory = $"sys/bus/pci/drivers/{name}";
        if (files.NameSet(directory) is not { } inside || !inside.Contains("uevent"))
        {
            return null;
        }

        var module = inside.Contains("module") ? files.LinkName($"{directory}/module") : name;
        var isBuiltIn = !inside.Contains("module") || (module is not null && files.NameSet($"sys/module/{module}") is { Count: > 0 } state && !state.Contains("initstate"));
        return isBuiltIn ? new HostDriver(module!.Replace('-', '_'), [.. functions], name, []) : null;
    }
}
