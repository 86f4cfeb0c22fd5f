namespace Passthru.Facts.Vms.Libvirt;

/// <summary>What the description of a domain says of the machine itself.</summary>
internal static class DomainFacts
{
    private const string Libosinfo = "{http://libosinfo.org/xmlns/libvirt/domain/1.0}";

    /// <summary>The part of a name that marks firmware as UEFI: <c>OVMF_CODE.fd</c>, <c>edk2-x86_64-code.fd</c>, <c>AAVMF_CODE.fd</c>.</summary>
    private static readonly string[] UefiNames = ["ovmf", "edk2", "aavmf"];

    /// <param name="file">Its description.</param>
    /// <param name="pools">Where volumes lie that it names by their pool.</param>
    public static Vm From(DomainFile file, StoragePools pools)
    {
        var domain = file.Domain;
        var id = domain.Down("metadata", $"{Libosinfo}libosinfo", $"{Libosinfo}os")?["id"];
        var vm = domain.Down("os", "type")?["machine"];
        return new Vm
        {
            Manager = LibvirtManager.Row,
            Id = file.Name,
            Name = file.Name,
            File = file.Path,
            Machine = vm,
            Chipset = ChipsetOf(vm),
            Firmware = FirmwareOf(domain),
            OperatingSystem = ShortId(id),
            IsWindows = id?.Contains("//microsoft.com/win", StringComparison.OrdinalIgnoreCase),
            HasVirtualDisplay = domain.Down("devices")?.All("video").Any(video => video.Down("model")?["type"] != "none") == true,
            Balloons = Balloons(domain),
            SharesPages = SharesPages(domain),
            Volumes = [.. Volumes(domain, pools)],
        };
    }

    /// <summary>Nodes, and of image files the directory, which tells the disk as well.</summary>
    private static IEnumerable<string> Volumes(Element domain, StoragePools pools) =>
        from disk in domain.Down("devices")?.All("disk") ?? []
        let source = disk.Down("source")
        let path = source?["dev"]
            ?? (source?["file"] is ['/', ..] file ? file[..Math.Max(1, file.LastIndexOf('/'))] : null)
            ?? (source?["pool"] is { } pool && source["volume"] is { } volume ? pools.PathOf(pool, volume) : null)
        where path is not null && disk["device"] is not "cdrom" and not "floppy"
        select path;

    /// <summary>Before 1.3 of QEMU the first PC was called <c>pc-1.0</c> and <c>pc-0.15</c>, in RHEL 6 <c>rhel6.5.0</c>.</summary>
    private static Chipset ChipsetOf(string? vm) => vm switch
    {
        null or "" => Chipset.Unknown,
        "q35" => Chipset.Q35,
        "pc" => Chipset.I440fx,
        _ when vm.StartsWith("pc-q35", StringComparison.Ordinal) => Chipset.Q35,
        _ when vm.StartsWith("pc-", StringComparison.Ordinal) || vm.StartsWith("rhel6", StringComparison.Ordinal) => Chipset.I440fx,
        _ => Chipset.Other,
    };

    /// <summary>
    /// <c>os/@firmware</c> lets libvirt choose the file, <c>os/loader</c> names it. Without either a PC starts with SeaBIOS, and for
    /// others it depends on the machine.
    /// </summary>
    private static VmFirmware? FirmwareOf(Element domain)
    {
        var system = domain.Down("os");
        var loader = system?.Down("loader");
        var isPc = system?.Down("type")?["arch"] is null or "x86_64" or "i686";
        return system?["firmware"] switch
        {
            "efi" => VmFirmware.Uefi,
            "bios" => VmFirmware.Bios,
            _ when loader?["type"] == "pflash" || IsUefi(loader?.Text ?? "") => VmFirmware.Uefi,
            _ => isPc ? VmFirmware.Bios : null,
        };
    }

    private static bool IsUefi(string path) => UefiNames.Any(name => path.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// <c>http://microsoft.com/win/11</c> is <c>win11</c>, <c>http://ubuntu.com/ubuntu/24.04</c> <c>ubuntu24.04</c>: the last two parts
    /// together, which is libosinfo's short id for nearly all systems.
    /// </summary>
    private static string? ShortId(string? id)
    {
        var parts = id?.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts switch
        {
            null or [] => null,
            [.., _, var family, var version] => family + version,
            _ => parts[^1],
        };
    }

    /// <summary>libvirt adds a balloon to a domain that says nothing of one (qemuDomainDefAddDefaultDevices).</summary>
    private static bool? Balloons(Element domain)
    {
        if (MemorySize.Parse(domain.Down("memory")) is not { } most)
        {
            return null;
        }

        return domain.Down("devices", "memballoon")?["model"] != "none"
            && domain.Down("currentMemory") is { } current
            && MemorySize.Parse(current) is { } now
            && now < most;
    }

    /// <summary>Huge pages are never merged (mm/ksm.c looks at small anonymous ones).</summary>
    private static bool SharesPages(Element domain) =>
        domain.Down("memoryBacking") is not { } backing || (backing.Down("nosharepages") is null && backing.Down("hugepages") is null);
}
