using System.Collections.Immutable;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

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

        if (builtIn is not [var driver, ..] || _expected.IsOverridden(function))
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

        return _image switch
        {
            { Modules: { } settings } image => new ImageRace(_expected, _line, image, settings, _drivers).Run(function, drivers, _isRunning && IsHeld(function) && IsOlderThanBoot(image))
                ?? OfRoot(function, drivers, image, settings),
            { } image => ByAge(function, drivers, image),
            null => new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image),
        };
    }

    /// <summary>What could not be read may lack what was written after it.</summary>
    private DeviceRace ByAge(PciAddress function, List<HostDriver> drivers, InitramfsFacts image)
    {
        if (_expected.IsOverridden(function))
        {
            return new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image);
        }

        var files = BootSettings.About(_boot.Modules, drivers.Select(driver => driver.Module)).Select(setting => setting.At.File).Distinct()
            .Where(file => file.StartsWith("etc/", StringComparison.Ordinal));
        var isLater = Answers.Any(files.Select(file => BootSettings.IsLater(_boot, file, image.WrittenAt)));
        return isLater switch
        {
            true => new DeviceRace(function, RaceOutcome.HostDriver, RaceStage.Image, drivers.Select(driver => driver.Module).FirstOrDefault(), "may be in the image, which is older than the settings and could not be read"),
            false => Kept(function, RaceStage.Image, "the image is younger than the settings, and could not be read"),
            null => new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image),
        };
    }

    /// <summary>With the root file system all settings of modprobe.d count; which of several modules udev loads first is open.</summary>
    private DeviceRace OfRoot(PciAddress function, List<HostDriver> drivers, InitramfsFacts image, ModuleConfiguration inside)
    {
        var settings = _boot.Modules;
        var free = drivers.Find(driver => !ModuleWords.IsOffOnCommandLine(_line, driver.Module)
            && !ModuleWords.IsBlacklisted(settings, driver.Module)
            && ModuleWords.Disabled(settings, driver.Module) is null
            && !ModuleWords.IsIdle(_line, settings, driver.Module)
            && !ModuleWords.LoadsVfioFirst(settings, driver.Module, driver.Needs));
        if (free is null || _expected.IsOverridden(function))
        {
            return Kept(function, RaceStage.RootFileSystem, "no driver of it is in the image, and modprobe.d keeps those of the root file system off");
        }

        return ImageRace.LoadsVfio(image, _line) && !_expected.HasIds(function, inside.VfioIds) && !IsHeld(function)
            ? Lost(function, RaceStage.Image, free, "finds the device free, because the image loads vfio-pci without these ids")
            : new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.RootFileSystem, free.Module, "is on the root file system, and nothing there loads vfio-pci before it");
    }

    private bool IsHeld(PciAddress function) => _expected.Function(function).Driver?.IsVfio == true;

    private bool IsOlderThanBoot(InitramfsFacts image) => image.WrittenAt is { } written && _boot.BootedAt is { } booted && written < booted;
}
