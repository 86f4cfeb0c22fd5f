using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Boot;

/// <summary>Which driver of a function udev loads first where these lines of modprobe.d count.</summary>
internal sealed class UdevRace(KernelCommandLine? line, ModuleConfiguration settings, PciFunction function)
{
    private readonly HashSet<string> _aliases = [.. settings.Aliases.Where(alias => alias.Matches(function)).Select(alias => alias.Module)];

    /// <summary>An alias in modprobe.d has udev load vfio-pci for the function, and no driver of the host.</summary>
    public bool LoadsVfio => _aliases.Contains(ImageRace.Vfio);

    /// <summary>Null: it loads none, or VFIO before it.</summary>
    /// <param name="drivers">That are there.</param>
    /// <param name="isSecond">modprobe loads vfio-pci before it, which then takes the function; or something else keeps it off.</param>
    public HostDriver? First(IEnumerable<HostDriver> drivers, Func<HostDriver, bool> isSecond) => drivers.FirstOrDefault(driver =>
        IsLoaded(driver)
        && !isSecond(driver)
        && !ModuleWords.IsOffOnCommandLine(line, driver.Module)
        && !ModuleWords.IsBlacklisted(settings, driver.Module)
        && ModuleWords.Disabled(settings, driver.Module) is null
        && !ModuleWords.IsIdle(line, settings, driver.Module));

    /// <summary>Where an alias stands for the function, its drivers are loaded for other functions only.</summary>
    private bool IsLoaded(HostDriver driver) =>
        _aliases.Count == 0 || _aliases.Contains(driver.Module) || driver.Functions.Any(other => other != function.Address);
}
