using System.Globalization;
using System.Text;
using System.Text.Json;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Vms.Qemu;

/// <summary>
/// The host's PCI functions on a command line of QEMU: <c>-device vfio-pci,host=0000:01:00.0</c>, the same as JSON (libvirt), and
/// <c>sysfsdev=</c>. What <c>-set</c> and <c>-readconfig</c> might add is not looked for.
/// </summary>
internal static class QemuDeviceArguments
{
    /// <summary>The drivers of hw/vfio/pci.c that take a function of the host.</summary>
    private static readonly string[] Drivers = ["vfio-pci", "vfio-pci-nohotplug"];

    /// <summary>Any device at all is named, the guest's or the host's.</summary>
    public static bool NamesDevices(IReadOnlyList<string> arguments) => arguments.Any(IsDeviceOption);

    /// <summary>The functions in the order of the command line; what can't be understood gives none.</summary>
    public static IEnumerable<PciAddress> HostFunctions(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i + 1 < arguments.Count; i++)
        {
            if (IsDeviceOption(arguments[i]) && FunctionOf(arguments[++i]) is { } function)
            {
                yield return function;
            }
        }
    }

    /// <summary>The same functions as arguments that say nothing else.</summary>
    public static IEnumerable<string> Bare(IReadOnlyList<string> arguments) =>
        HostFunctions(arguments).SelectMany(function => new[] { "-device", $"vfio-pci,host={function}" });

    /// <summary>QEMU takes its options with one dash or with two (lookup_opt in system/vl.c).</summary>
    private static bool IsDeviceOption(string argument) => argument is "-device" or "--device";

    private static PciAddress? FunctionOf(string device)
    {
        var properties = new Properties();
        if (device.StartsWith('{'))
        {
            properties.TakeJson(device);
        }
        else
        {
            properties.TakeList(device);
        }

        return Drivers.Contains(properties.Driver) ? properties.Function : null;
    }

    /// <summary>
    /// <c>[domain:]bus:slot.function</c> with digits as few as one likes (set_pci_host_devaddr in hw/core/qdev-properties-system.c).
    /// </summary>
    private static PciAddress? Address(string text)
    {
        var parts = text.Split(':', '.');
        if (parts.Length is not (3 or 4) || text.LastIndexOf('.') < text.LastIndexOf(':') || text.Count('.') != 1)
        {
            return null;
        }

        var numbers = new List<uint>();
        foreach (var part in parts)
        {
            if (!uint.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers is [.. var domain, <= 0xff and var bus, <= 0x1f and var slot, <= 7 and var function]
            ? new PciAddress(domain is [var only] ? only : 0, (byte)bus, (byte)slot, (byte)function)
            : null;
    }

    /// <summary>The three properties that matter; of one that is given twice the last counts.</summary>
    private sealed class Properties
    {
        private string? _host;
        private string? _sysfs;

        public string? Driver { get; private set; }

        /// <summary>A path in sysfs goes before an address (vfio_pci_realize); that of a mediated device ends in a UUID.</summary>
        public PciAddress? Function =>
            _sysfs is { } path ? OfPath(path.TrimEnd('/'))
            : _host is { } host ? Address(host)
            : null;

        /// <summary><c>driver,name=value,…</c>; the first may have no name.</summary>
        public void TakeList(string text)
        {
            foreach (var (index, part) in QemuOptionList.Parts(text).Index())
            {
                var equals = part.IndexOf('=');
                var name = equals >= 0 ? part[..equals] : index == 0 ? "driver" : "";
                Set(name, part[(equals + 1)..]);
            }
        }

        public void TakeJson(string text)
        {
            try
            {
                var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString() ?? "";
                    reader.Read();
                    Set(name, reader.TokenType == JsonTokenType.String ? reader.GetString() ?? "" : "");
                    reader.Skip();
                }

                reader.Read();
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // The reader has no other way to say that a text is no JSON, or that a string in it is no Unicode.
                Driver = null;
            }
        }

        private static PciAddress? OfPath(string path) =>
            PciAddress.TryParse(path.AsSpan(path.LastIndexOf('/') + 1), out var function) ? function : null;

        private void Set(string name, string value)
        {
            switch (name)
            {
                case "driver":
                    Driver = value;
                    break;
                case "host":
                    _host = value;
                    break;
                case "sysfsdev":
                    _sysfs = value;
                    break;
            }
        }
    }
}
