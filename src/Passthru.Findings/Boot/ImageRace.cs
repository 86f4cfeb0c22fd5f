using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Boot;

/// <summary>
/// The race inside one image: modules that are loaded by name before udev, then what udev loads for the devices that it finds,
/// then modules that are loaded by name after it.
/// </summary>
internal sealed class ImageRace(BootExpectation expected, KernelCommandLine? line, InitramfsFacts image, ModuleConfiguration settings, KernelDrivers kernel)
{
    private const string Vfio = "vfio_pci";
    private bool _isLoadedWithoutIds;

    /// <summary>The image loads vfio-pci by name.</summary>
    public static bool LoadsVfio(InitramfsFacts image, KernelCommandLine? line) =>
        image.Carried.Contains(Vfio) && Named(image, line).Any(load => load.Module == Vfio);

    /// <param name="function">What is run for.</param>
    /// <param name="drivers">Modules that match it.</param>
    /// <param name="wasWon">VFIO has it now, after a boot with this image: what is open was decided so.</param>
    /// <returns>Null: nothing in the image takes it.</returns>
    public DeviceRace? Run(PciAddress function, List<HostDriver> drivers, bool wasWon)
    {
        var inside = drivers.Where(driver => image.Carried.Contains(driver.Module) && !ModuleWords.IsIdle(line, settings, driver.Module)).ToList();
        var overriding = image.Overrides.FirstOrDefault(it => Names(it, function));
        if (overriding is { IsFirst: true })
        {
            return Kept(function, $"{overriding.File} in the image sets driver_override");
        }

        if (ByName(function, inside, LoadTime.BeforeUdev) is { } early)
        {
            return early;
        }

        var free = inside.Find(driver => !IsKeptOff(driver.Module) && !IsSecond(function, driver));
        var isOpen = overriding is not null || Named(image, line).Any(load => load is { Module: Vfio, Time: LoadTime.WithUdev } && HasIds(function, load));
        return free is null
            ? inside.Exists(driver => !IsKeptOff(driver.Module)) ? Kept(function, "modprobe.d in the image loads vfio-pci first") : Late(function, inside)
            : !isOpen ? new DeviceRace(function, RaceOutcome.HostDriver, RaceStage.Image, free.Module, Why(free.Module))
            : wasWon ? Kept(function, "VFIO had it after this boot")
            : new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image, free.Module, "is loaded by udev in the image while vfio-pci is loaded by name, in no order");
    }

    private static DeviceRace Kept(PciAddress function, string why) => new(function, RaceOutcome.NoHostDriver, RaceStage.Image, Why: why);

    private static bool Names(OverrideLine line, PciAddress function) =>
        line.Text.Contains("driver_override", StringComparison.Ordinal) && PciNamePattern.FindsIn(line.Text, function);

    /// <summary>dracut's words, of the command line and of the image, and what the image's own files name.</summary>
    private static IEnumerable<EarlyLoad> Named(InitramfsFacts image, KernelCommandLine? line)
    {
        KernelCommandLine?[] lines = image.Maker is ImageMaker.InitramfsTools or ImageMaker.Mkinitcpio or ImageMaker.Nixos ? [] : [line, image.CommandLine];
        return
        [
            .. lines.SelectMany(words => ModuleWords.Listed(words, "rd.driver.pre")).Select(module => new EarlyLoad(module, "", "rd.driver.pre=", LoadTime.BeforeUdev)),
            .. image.Maker == ImageMaker.Mkinitcpio ? ModuleWords.Listed(line, "earlymodules").Select(module => new EarlyLoad(module, "", "earlymodules=", LoadTime.BeforeUdev)) : [],
            .. image.Loads,
            .. ModuleWords.Listed(line, "modules-load").Concat(ModuleWords.Listed(line, "rd.modules-load")).Select(module => new EarlyLoad(module, "", "modules-load=", LoadTime.WithUdev)),
            .. lines.SelectMany(words => ModuleWords.Listed(words, "rd.driver.post")).Select(module => new EarlyLoad(module, "", "rd.driver.post=", LoadTime.AfterUdev)),
        ];
    }

    /// <summary>A blacklist does not keep off what is asked for by its name.</summary>
    private DeviceRace? ByName(PciAddress function, List<HostDriver> inside, LoadTime time)
    {
        foreach (var load in Named(image, line).Where(load => load.Time == time))
        {
            if (load.Module == Vfio && HasVfio)
            {
                if (HasIds(function, load))
                {
                    return Kept(function, $"{load.File} in the image loads vfio-pci first");
                }

                _isLoadedWithoutIds = true;
            }
            else if (inside.Find(driver => driver.Module == load.Module) is { } driver && ModuleWords.Disabled(settings, driver.Module) is null && !IsSecond(function, driver))
            {
                return new DeviceRace(function, RaceOutcome.HostDriver, RaceStage.Image, driver.Module, $"is loaded by name in the image ({load.File})");
            }
        }

        return null;
    }

    /// <summary>udev has loaded nothing for it: whoever is loaded by name now has it.</summary>
    private DeviceRace? Late(PciAddress function, List<HostDriver> inside) => ByName(function, inside, LoadTime.WithUdev) ?? ByName(function, inside, LoadTime.AfterUdev);

    private bool HasVfio => kernel.BuiltInVfio is not null || image.Carried.Contains(Vfio);

    private bool HasIds(PciAddress function, EarlyLoad load) =>
        expected.HasIds(function, settings.VfioIds)
        || (load.Parameters.Length > 0 && expected.HasIds(function, VfioPciIds.OfOptions([new ModuleOptions(Vfio, load.Parameters, new ConfigLine(load.File, 0))])));

    private bool IsKeptOff(string module) =>
        ModuleWords.IsOffOnCommandLine(line, module)
        || ModuleWords.IsBlacklisted(settings, module)
        || ModuleWords.Disabled(settings, module) is not null
        || (image.Maker is ImageMaker.Dracut or ImageMaker.DracutHostOnly or ImageMaker.Unknown
            && (ModuleWords.IsOffInDracut(line, module) || ModuleWords.IsOffInDracut(image.CommandLine, module)));

    /// <summary>modprobe loads vfio-pci before it, with the ids of the function.</summary>
    private bool IsSecond(PciAddress function, HostDriver driver) =>
        HasVfio && !_isLoadedWithoutIds && ModuleWords.LoadsVfioFirst(settings, driver.Module, driver.Needs) && expected.HasIds(function, settings.VfioIds);

    private string Why(string module) =>
        ModuleWords.LoadsVfioFirst(settings, module, [])
            ? HasVfio ? "is in the image, and vfio-pci gets no ids there" : "is in the image, and vfio-pci, which it is to come after, is not"
            : "is in the image, and nothing there keeps it off or loads vfio-pci before it";
}
