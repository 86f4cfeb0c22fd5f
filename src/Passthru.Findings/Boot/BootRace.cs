using System.Collections.Immutable;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Boot;

/// <summary>
/// Plays one kernel's boot for each function that is expected on VFIO: what is built in, then the image, then the root file
/// system. The first driver that may bind has the function for good.
/// </summary>
internal sealed class BootRace
{
    private readonly BootExpectation _expected;
    private readonly KernelCommandLine? _line;
    private readonly KernelDrivers _drivers;
    private readonly InitramfsFacts? _image;
    private readonly BootFacts _boot;
    private readonly bool _isRunning;

    /// <param name="boot">What is configured.</param>
    /// <param name="expected">What VFIO is to have.</param>
    /// <param name="line">The command line.</param>
    /// <param name="drivers">Of the kernel.</param>
    /// <param name="image">Its initramfs.</param>
    /// <param name="isRunning">It is the kernel that runs.</param>
    public BootRace(BootFacts boot, BootExpectation expected, KernelCommandLine? line, KernelDrivers drivers, InitramfsFacts? image, bool isRunning)
    {
        _boot = boot;
        _expected = expected;
        _line = line;
        _drivers = drivers;
        _image = image;
        _isRunning = isRunning;
    }

    public ImmutableArray<DeviceRace> Run() => [.. _expected.Functions.Select(Run)];

    private DeviceRace Run(PciAddress function)
    {
        if (_expected.IsTaken(function))
        {
            return Kept(function, RaceStage.RootFileSystem, "driverctl, Unraid or a rule of udev takes it from the driver that has it");
        }

        var drivers = _drivers.Of(function).Where(driver => driver.BuiltIn is not null || !ModuleWords.IsRefused(_line, driver.Module)).ToList();
        return OfKernel(function, drivers) ?? OfImage(function, [.. drivers.Where(driver => driver.BuiltIn is null)]);
    }

    private static DeviceRace Kept(PciAddress function, RaceStage stage, string why) => new(function, RaceOutcome.NoHostDriver, stage, Why: why);

    private static DeviceRace Lost(PciAddress function, RaceStage stage, HostDriver driver, string why) => new(function, RaceOutcome.HostDriver, stage, driver.Module, why);

    /// <summary>What is built in starts in the order of linking, and vfio comes before USB and sound, after all other drivers (drivers/Makefile).</summary>
    private DeviceRace? OfKernel(PciAddress function, List<HostDriver> drivers)
    {
        var builtIn = drivers.Where(driver => driver.BuiltIn is not null && !ModuleWords.IsIdle(_line, ModuleConfiguration.Empty, driver.Module)).ToList();
        if (_drivers.BuiltInVfio is not null && _expected.HasIdsOnCommandLine(function))
        {
            var first = builtIn.Find(driver => !driver.BuiltIn!.Contains("/drivers/usb/", StringComparison.Ordinal) && !driver.BuiltIn.Contains("/sound/", StringComparison.Ordinal));
            return first is null
                ? Kept(function, RaceStage.Kernel, "vfio-pci is built in and has the ids from the command line")
                : Lost(function, RaceStage.Kernel, first, "is built in and starts before vfio-pci");
        }

        if (builtIn is not [var driver, ..])
        {
            return null;
        }

        // Held all the same: something takes it from the driver later.
        return _isRunning && IsHeld(function)
            ? new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Kernel, driver.Module, "is built in; the device is on VFIO now all the same")
            : Lost(function, RaceStage.Kernel, driver, "is built in and starts before any module");
    }

    private DeviceRace OfImage(PciAddress function, List<HostDriver> drivers)
    {
        if (drivers.Count > 0 && drivers.TrueForAll(driver => ModuleWords.IsOffOnCommandLine(_line, driver.Module) && _drivers.AllComplete))
        {
            return Kept(function, RaceStage.Image, "the command line keeps its host drivers off");
        }

        return _image is { Modules: { } settings } image
            ? new ImageRace(_expected, _line, image, settings, _drivers).Run(function, drivers, _isRunning && IsHeld(function) && IsOlderThanBoot(image))
                ?? OfRoot(function, drivers, image, settings)
            : new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image);
    }

    /// <summary>With the root file system all settings of modprobe.d count, and the rules of udev.</summary>
    private DeviceRace OfRoot(PciAddress function, List<HostDriver> drivers, InitramfsFacts image, ModuleConfiguration inside)
    {
        if (drivers.Count == 0 && !_drivers.AllComplete)
        {
            return new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image);
        }

        if (_expected.IsKeptForVfio(function))
        {
            return Kept(function, RaceStage.RootFileSystem, "no driver of it is in the image, and a rule of udev sets driver_override before others are loaded");
        }

        var race = new UdevRace(_line, _boot.Modules, _expected.Function(function));
        if (race.First(drivers, driver => IsSecond(function, driver)) is not { } free)
        {
            return Kept(function, RaceStage.RootFileSystem, "no driver of it is in the image, and modprobe.d keeps those of the root file system off");
        }

        if (_expected.HasIdsForImageOnly(function))
        {
            return Lost(function, RaceStage.Image, free, "finds the device free, because the image does not have the ids of /etc/initramfs-tools/modules");
        }

        return ImageRace.LoadsVfio(image, _line) && !_expected.HasIds(function, inside.VfioIds) && !IsHeld(function)
            ? Lost(function, RaceStage.Image, free, "finds the device free, because the image loads vfio-pci without these ids")
            : OfRoot(function, free);
    }

    /// <summary>What else the root file system starts is not seen: that a driver of the host has the device now tells that nothing takes it.</summary>
    private DeviceRace OfRoot(PciAddress function, HostDriver free)
    {
        var isAsked = _boot.Loads.Any(load => load.Module == ImageRace.Vfio)
            || ModuleWords.Listed(_line, "modules-load").Contains(ImageRace.Vfio)
            || _boot.Modules.Installs.Any(line => ModuleWords.Fits(line.Module, ImageRace.Vfio));
        return !isAsked && _expected.Function(function).Driver is { IsVfio: false }
            ? Lost(function, RaceStage.RootFileSystem, free, "is on the root file system, and nothing there loads vfio-pci before it")
            : new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.RootFileSystem, free.Module, "is on the root file system, and may be loaded before vfio-pci");
    }

    private bool IsSecond(PciAddress function, HostDriver driver) =>
        ModuleWords.LoadsVfioFirst(_boot.Modules, driver.Module, driver.Needs) && _expected.HasIds(function, _boot.Modules.VfioIds);

    private bool IsHeld(PciAddress function) => _expected.Function(function).Driver?.IsVfio == true;

    private bool IsOlderThanBoot(InitramfsFacts image) => image.WrittenAt is { } written && _boot.BootedAt is { } booted && written < booted;
}
