using System.Text;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Firmware;

/// <summary>
/// What firmware and boot loaders leave in EFI variables (systemd's Boot Loader Interface, UEFI 2.10 section 3.3). Source:
/// <c>/sys/firmware/efi/efivars/NAME-GUID</c>: four bytes of attributes, then UTF-16 with a NUL at its end.
/// </summary>
internal sealed class EfiVariables
{
    private const string Directory = "sys/firmware/efi/efivars";
    private const string OfLoaders = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
    private const string OfFirmware = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private const int Attributes = 4;
    private readonly HostReader _files;
    private readonly IReadOnlySet<string> _names;

    public EfiVariables(HostReader files)
    {
        _files = files;
        _names = files.NameSet(Directory) ?? new HashSet<string>();
    }

    /// <summary>Name and version of the boot menu: <c>systemd-boot 256.7</c>, <c>GRUB 2.12</c>.</summary>
    public string? LoaderInfo => Text("LoaderInfo");

    /// <summary>Name and version of the stub of the unified kernel image that runs.</summary>
    public string? StubInfo => Text("StubInfo");

    /// <summary>Where that image lies: <c>\EFI\Linux\arch-linux.efi</c>.</summary>
    public string? StubImage => Text("StubImageIdentifier") ?? Text("LoaderImageIdentifier");

    public string? EntrySelected => Text("LoaderEntrySelected");

    public string? EntryOneShot => Text("LoaderEntryOneShot");

    public string? EntryDefault => Text("LoaderEntryDefault");

    public string? EntryLastBooted => Text("LoaderEntryLastBooted");

    /// <summary>The firmware is to start something else once than it started now.</summary>
    public bool StartsOtherOnce => Bytes("BootNext", OfFirmware) is { } next
        && !next.AsSpan().SequenceEqual(Bytes("BootCurrent", OfFirmware) ?? []);

    /// <summary>GUID of the partition that the boot menu was started from.</summary>
    public string? LoaderPartition => Text("LoaderDevicePartUUID")?.ToLowerInvariant();

    /// <summary>The load option that the firmware started (UEFI 3.1.3); null where it does not tell.</summary>
    public byte[]? StartedOption => Bytes("BootCurrent", OfFirmware) is [var low, var high, ..] ? Bytes($"Boot{high:X2}{low:X2}", OfFirmware) : null;

    private string? Text(string name) =>
        Bytes(name, OfLoaders) is { } bytes && Encoding.Unicode.GetString(bytes).TrimEnd('\0') is { Length: > 0 } text ? text : null;

    private byte[]? Bytes(string name, string vendor)
    {
        var file = $"{name}-{vendor}";
        return _names.Contains(file) && Read($"{Directory}/{file}") is { Length: > Attributes } bytes ? bytes[Attributes..] : null;
    }

    /// <summary>The firmware answers, and may take its time.</summary>
    private byte[]? Read(string path) => _files.MayBlock(path, () => _files.Bytes(path, HostReader.Page));
}
