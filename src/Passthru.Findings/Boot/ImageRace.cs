using Passthru.Facts.Boot.Bindings;
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
    public const string Vfio = "vfio_pci";
    private bool _isLoadedWithoutIds;
    private bool _isOpen;

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
        return OfScripts(function) ?? ByName(function, inside, LoadTime.BeforeUdev) ?? OfRules(function) ?? OfUdev(function, inside, wasWon) ?? AfterUdev(function);
    }

    /// <summary>A script before udev keeps all drivers off; one that unbinds takes the device from them.</summary>
    private DeviceRace? OfScripts(PciAddress function)
    {
        foreach (var script in image.Scripts.Where(script => script.Text.Contains("driver_override", StringComparison.Ordinal)))
        {
            var names = PciNamePattern.FindsIn(script.Text, function);
            if (names && (script.Time == LoadTime.BeforeUdev || script.Text.Contains("unbind", StringComparison.Ordinal)))
            {
                return Kept(function, $"{script.File} in the image sets driver_override");
            }

            // It may find its devices by other means than their addresses.
            _isOpen |= names ? script.Time == LoadTime.WithUdev : script.Time != LoadTime.AfterUdev && !PciNamePattern.AreIn(script.Text);
        }

        return null;
    }

    private DeviceRace? OfRules(PciAddress function) =>
        image.Bindings.FirstOrDefault(binding => binding.Reach != BindingReach.FromNone && binding.Covers(expected.Function(function))) is { } rule
            ? Kept(function, $"{rule.At.File} in the image sets driver_override")
            : null;

    /// <summary>No driver in the image has taken it: what comes late there still comes before the drivers of the root file system.</summary>
    private DeviceRace? AfterUdev(PciAddress function)
    {
        var file = image.Bindings.FirstOrDefault(binding => binding.Covers(expected.Function(function)))?.At.File
            ?? image.Scripts.FirstOrDefault(script =>
                script.Text.Contains("driver_override", StringComparison.Ordinal) && script.Time != LoadTime.WithUdev && PciNamePattern.FindsIn(script.Text, function))?.File;
        return file is null ? null : Kept(function, $"{file} in the image sets driver_override, and no driver of it is there");
    }

    private DeviceRace? OfUdev(PciAddress function, List<HostDriver> inside, bool wasWon)
    {
        var udev = new UdevRace(line, settings, expected.Function(function));
        var free = udev.First(inside, driver => IsOffInDracut(driver) || IsSecond(function, driver));
        var isAliased = udev.LoadsVfio && HasVfio && expected.HasIds(function, settings.VfioIds);
        if (free is null)
        {
            return isAliased ? Kept(function, "an alias in modprobe.d of the image has udev load vfio-pci")
                : udev.First(inside, IsOffInDracut) is not null ? Kept(function, "modprobe.d in the image loads vfio-pci first")
                : Late(function, inside);
        }

        _isOpen |= isAliased || Named(image, line).Any(load => load is { Module: Vfio, Time: LoadTime.WithUdev } && HasIds(function, load));
        return !_isOpen ? new DeviceRace(function, RaceOutcome.HostDriver, RaceStage.Image, free.Module, Why(free.Module))
            : wasWon ? Kept(function, "VFIO had it after this boot")
            : new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image, free.Module, "is loaded by udev in the image while vfio-pci is loaded by name, in no order");
    }

    private static DeviceRace Kept(PciAddress function, string why) => new(function, RaceOutcome.NoHostDriver, RaceStage.Image, Why: why);

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

    /// <summary>
    /// A blacklist does not keep off what is asked for by its name, but where that is done so that it does: systemd-modules-load, and
    /// mkinitcpio with <c>modprobe -b</c>.
    /// </summary>
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
                _isOpen |= settings.Installs.Any(install => ModuleWords.Fits(install.Module, Vfio));
            }
            else if (inside.Find(driver => driver.Module == load.Module) is { } driver && IsLoadedByName(function, driver, load))
            {
                if (_isOpen)
                {
                    return new DeviceRace(function, RaceOutcome.Unresolved, RaceStage.Image, driver.Module, $"is loaded by name in the image ({load.File})");
                }

                return new DeviceRace(function, RaceOutcome.HostDriver, RaceStage.Image, driver.Module, $"is loaded by name in the image ({load.File})");
            }
        }

        return null;
    }

    /// <summary>udev has loaded nothing for it: whoever is loaded by name now has it.</summary>
    private DeviceRace? Late(PciAddress function, List<HostDriver> inside) => ByName(function, inside, LoadTime.WithUdev) ?? ByName(function, inside, LoadTime.AfterUdev);

    private bool HasVfio => kernel.BuiltInVfio is not null || image.Carried.Contains(Vfio);

    /// <summary>Arguments come after what modprobe.d and the command line give, so their ids are the ones that count.</summary>
    private bool HasIds(PciAddress function, EarlyLoad load) =>
        VfioPciIds.OfOptions([new ModuleOptions(Vfio, load.Parameters, new ConfigLine(load.File, 0))]) is { } ids
            ? ids.Ids.Any(id => id.Matches(expected.Function(function)) == true)
            : expected.HasIds(function, settings.VfioIds);

    private bool IsLoadedByName(PciAddress function, HostDriver driver, EarlyLoad load) =>
        ModuleWords.Disabled(settings, driver.Module) is null
        && !IsSecond(function, driver)
        && !((load.Time == LoadTime.WithUdev || image.Maker == ImageMaker.Mkinitcpio)
            && (ModuleWords.IsBlacklisted(settings, driver.Module) || ModuleWords.IsOffOnCommandLine(line, driver.Module)));

    private bool IsOffInDracut(HostDriver driver) =>
        image.Maker is ImageMaker.Dracut or ImageMaker.DracutHostOnly or ImageMaker.Unknown
        && new[] { line, image.CommandLine }.Any(words => ModuleWords.IsOffInDracut(words, driver.Module) || ModuleWords.Listed(words, "rd.driver.post").Contains(driver.Module));

    /// <summary>modprobe loads vfio-pci before it, with the ids of the function.</summary>
    private bool IsSecond(PciAddress function, HostDriver driver) =>
        HasVfio && !_isLoadedWithoutIds && ModuleWords.LoadsVfioFirst(settings, driver.Module, driver.Needs) && expected.HasIds(function, settings.VfioIds);

    private string Why(string module) =>
        ModuleWords.LoadsVfioFirst(settings, module, [])
            ? HasVfio ? "is in the image, and vfio-pci gets no ids there" : "is in the image, and vfio-pci, which it is to come after, is not"
            : "is in the image, and nothing there keeps it off or loads vfio-pci before it";
}
