using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Boot;

/// <summary>The one edit that lets VFIO have a device first, in the words of whoever makes this host's images.</summary>
internal static class RaceAdvice
{
    public static string For(HostFacts facts, KernelRace race, DeviceRace device)
    {
        if (device is not { Driver: { } driver, Stage: not RaceStage.Kernel } || facts.Boot is not { } boot || !IsByIds(facts, boot, device.Function))
        {
            return LateRule(facts, device.Function) is { } rule
                ? $"/{rule} comes too late: give it a name that sorts before 80-drivers.rules, such as 10-vfio.rules."
                : $"driverctl set-override {device.Function} vfio-pci takes it back at each boot.";
        }

        if (device.Stage == RaceStage.RootFileSystem)
        {
            return $"Add \"softdep {driver} pre: vfio-pci\" to /etc/modprobe.d/vfio.conf.";
        }

        var rebuild = Rebuild(boot, race);
        return race.Image?.Maker switch
        {
            ImageMaker.Dracut => $"{OnCommandLine(facts, boot, driver)}; or set hostonly=yes in /etc/dracut.conf.d/ and run: {rebuild}.",
            ImageMaker.Mkinitcpio => $"Put vfio_pci first into MODULES=() of /etc/mkinitcpio.conf (with the hook modconf) and run: {rebuild}.",
            ImageMaker.Nixos => $"Put \"vfio_pci\" first into boot.initrd.kernelModules and run: {rebuild}.",
            _ when KeepsOff(boot.Modules, driver) => $"/etc/modprobe.d keeps it off, the image does not have that: run {rebuild}.",
            _ => $"Add \"softdep {driver} pre: vfio-pci\" beside the ids in /etc/modprobe.d/vfio.conf and run: {rebuild}.",
        };
    }

    private static bool IsByIds(HostFacts facts, BootFacts boot, PciAddress function)
    {
        VfioIds?[] all = [boot.Modules.VfioIds, boot.InitramfsIds, .. new[] { boot.Next?.Line, facts.Kernel?.CommandLine }.Select(line => line is null ? null : VfioPciIds.OfCommandLine(line))];
        return facts.Pci?.Functions.FirstOrDefault(it => it.Address == function) is { } device && all.Any(ids => ids?.Ids.Any(id => id.Matches(device) == true) == true);
    }

    private static string? LateRule(HostFacts facts, PciAddress function) =>
        facts.Pci?.Functions.FirstOrDefault(it => it.Address == function) is { } device
            ? facts.Boot?.Bindings.FirstOrDefault(binding => binding.Reach == BindingReach.FromNone && binding.Covers(device))?.At.File
            : null;

    private static bool KeepsOff(ModuleConfiguration modules, string driver) =>
        ModuleWords.IsBlacklisted(modules, driver) || ModuleWords.Disabled(modules, driver) is not null || ModuleWords.LoadsVfioFirst(modules, driver, []);

    /// <summary>An image for any host has no settings of this one, however often it is made.</summary>
    private static string OnCommandLine(HostFacts facts, BootFacts boot, string driver)
    {
        var ids = facts.Kernel?.CommandLine?.ValuesOf("vfio_pci.ids").Any() == true || boot.Modules.VfioIds is not { } configured
            ? ""
            : $"vfio-pci.ids={string.Join(',', configured.Ids.Select(id => id.ToString()))} ";
        var words = $"{ids}rd.driver.blacklist={driver} modprobe.blacklist={driver}";
        var command = facts.Kernel?.CommandLine?.ValuesOf("ostree").Any() == true
            ? $"rpm-ostree kargs {string.Join(' ', words.Split(' ').Select(word => $"--append-if-missing={word}"))}"
            : $"add {words} to the kernel command line";
        return $"The image is made for any host and does not take /etc/modprobe.d along: {command}";
    }

    private static string Rebuild(BootFacts boot, KernelRace race)
    {
        var make = race.Image?.Maker switch
        {
            ImageMaker.Dracut or ImageMaker.DracutHostOnly => $"dracut -f --kver {race.Kernel}",
            ImageMaker.Mkinitcpio => "mkinitcpio -P",
            ImageMaker.Nixos => "nixos-rebuild boot",
            ImageMaker.InitramfsTools => $"update-initramfs -u -k {race.Kernel}",
            _ => $"update-initramfs -u -k {race.Kernel} (Debian), dracut -f --kver {race.Kernel} or mkinitcpio -P",
        };
        return boot.Next is { IsProxmoxBootTool: true } ? $"{make} && proxmox-boot-tool refresh" : make;
    }
}
