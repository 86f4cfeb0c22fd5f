using System.Globalization;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Console;

/// <summary>
/// The controller that every keyboard hangs on. Source: <c>/proc/bus/input/devices</c> (input_devices_seq_show in
/// drivers/input/input.c): bus in the line <c>I:</c>, path in <c>S:</c>, keys in <c>B: KEY=</c>.
/// </summary>
internal static class Keyboards
{
    private const string Source = "proc/bus/input/devices";
    private const string Bluetooth = "Bus=0005";

    /// <summary>Yubico: a security key that types one-time passwords registers as a whole keyboard.</summary>
    private static readonly string[] Feigners = ["Vendor=1050"];

    /// <summary>Adds what is used. False: keyboards can't be seen.</summary>
    public static bool Read(HostReader files, List<HostDependency> uses)
    {
        var all = new List<Entry>();
        var entry = new Entry("", "");
        var read = TextTable.Read(files, Source, line =>
        {
            entry = line switch
            {
                ['I', ':', ..] => new Entry(line, ""),
                ['S', ':', ..] => entry with { Path = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim() },
                ['H', ':', ..] => entry with { IsMouse = line.Contains("mouse", StringComparison.Ordinal) },
                _ => entry,
            };
            var isKeys = line.StartsWith("B: KEY=", StringComparison.Ordinal);
            if (isKeys)
            {
                all.Add(entry with { IsKeyboard = HasLetters(line) && entry.IsHardware });
            }

            return isKeys || line is ['I' or 'S' or 'H', ':', ..];
        });
        AddCommon(all, uses);
        return read == true || (files.Exists(Source) == false && files.Exists("proc/bus") == true);
    }

    /// <summary>
    /// A laptop's own keyboard, or one on another controller, stays when this one goes. A mouse with macros and a security key
    /// register as keyboards too: those count only where nothing else is there, for a keyboard's receiver can look the same.
    /// </summary>
    private static void AddCommon(List<Entry> all, List<HostDependency> uses)
    {
        var mice = all.Where(entry => entry.IsMouse).Select(entry => entry.Device).ToHashSet(StringComparer.Ordinal);
        var keyboards = all.Where(entry => entry.IsKeyboard).ToList();
        var plain = keyboards.Where(entry => !mice.Contains(entry.Device) && !Feigners.Any(vendor => entry.Head.Contains(vendor, StringComparison.Ordinal))).ToList();
        var counted = plain.Count > 0 ? plain : keyboards;
        if (counted.Select(entry => DevicePath.FunctionOn("sys" + entry.Path)).Distinct().ToList() is [PciAddress only])
        {
            uses.Add(new HostDependency(HostDependencyKind.Keyboards, ["keyboard", .. UsbDevice(counted[0].Path)], only));
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

        public bool IsKeyboard { get; init; }

        public bool IsMouse { get; init; }

        /// <summary>The USB device that the interface belongs to: the path up to <c>1-3:1.0</c>.</summary>
        public string Device => Path.IndexOf(':', Math.Max(0, Path.IndexOf("/usb", StringComparison.Ordinal))) is > 0 and var colon ? Path[..colon] : Path;
    }
}
