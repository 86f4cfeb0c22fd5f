using System.Globalization;
using Passthru.Facts.Files;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Usage.Console;

/// <summary>
/// The controller that every keyboard hangs on. Source: <c>/proc/bus/input/devices</c> (input_devices_seq_show in
/// drivers/input/input.c): bus in the line <c>I:</c>, path in <c>S:</c>, keys in <c>B: KEY=</c>.
/// </summary>
internal static class Keyboards
{
    private const string Source = "proc/bus/input/devices";
    private const string Bluetooth = "Bus=0005";

    /// <summary>Adds what is used. False: keyboards can't be seen.</summary>
    public static bool Read(HostFiles files, List<Use> uses)
    {
        var paths = new List<string>();
        var entry = new Entry("", "");
        var read = TextTable.Read(files, Source, line =>
        {
            entry = line switch
            {
                ['I', ':', ..] => new Entry(line, ""),
                ['S', ':', ..] => entry with { Path = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim() },
                _ => entry,
            };
            var isKeys = line.StartsWith("B: KEY=", StringComparison.Ordinal);
            if (isKeys && HasLetters(line) && entry.IsHardware)
            {
                paths.Add("sys" + entry.Path);
            }

            return isKeys || line is ['I' or 'S', ':', ..];
        });
        AddCommon(paths, uses);
        return read == true || (files.Exists(Source) == false && files.Exists("proc/bus") == true);
    }

    /// <summary>A laptop's own keyboard, or one on another controller, stays when this one goes.</summary>
    private static void AddCommon(List<string> paths, List<Use> uses)
    {
        var functions = paths.Select(DevicePath.FunctionOn).Distinct().ToList();
        if (functions is [PciAddress only])
        {
            uses.Add(new Use(UseKind.Keyboards, ["keyboard", .. UsbDevice(paths[0])], only));
        }
    }

    /// <summary>The port it is plugged into: <c>1-3</c> of <c>…/0000:00:14.0/usb1/1-3/1-3:1.0/…</c>.</summary>
    private static IEnumerable<string> UsbDevice(string path) =>
        path.Split('/').SkipWhile(part => !part.StartsWith("usb", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(part => !part.Contains(':', StringComparison.Ordinal)).TakeLast(1);

    /// <summary>Every key from 1 (Escape) to 31 (S), as udev decides what a keyboard is (udev-builtin-input_id.c): no power button, no remote control.</summary>
    private static bool HasLetters(string line)
    {
        const ulong first31 = 0xffff_fffe;
        var lowest = line[(line.LastIndexOfAny([' ', '=']) + 1)..];
        return ulong.TryParse(lowest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var keys) && (keys & first31) == first31;
    }

    /// <summary>One input device. What programs feign is none, but for Bluetooth, whose keyboards come in through a program (uhid).</summary>
    private sealed record Entry(string Head, string Path)
    {
        public bool IsHardware => !Path.StartsWith("/devices/virtual/", StringComparison.Ordinal) || Head.Contains(Bluetooth, StringComparison.Ordinal);
    }
}
