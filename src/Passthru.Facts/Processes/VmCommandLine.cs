using System.Collections.Immutable;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Processes;

/// <summary>What the arguments of a virtual machine's process say.</summary>
/// <param name="arguments">The program first.</param>
internal sealed class VmCommandLine(IReadOnlyList<string> arguments)
{
    /// <summary>The system daemon's sockets, keys and NVRAM lie there; those of a user's lie in the home directory.</summary>
    internal const string LibvirtDirectory = "/var/lib/libvirt/qemu/";

    /// <summary>The path a function has in sysfs whatever hangs above it, as cloud-hypervisor and crosvm take it.</summary>
    internal const string Devices = "/sys/bus/pci/devices/";

    /// <summary>The file name of the program; empty where there is none.</summary>
    public string Program => arguments is [var first, ..] ? first[(first.LastIndexOf('/') + 1)..] : "";

    /// <summary>Proxmox' own option; nothing but digits.</summary>
    public string? VmId => Value("id") is { } id && id.All(char.IsAsciiDigit) ? id : null;

    /// <summary>The part of <c>-name</c> that is <c>guest=</c>, or has no key at all (qemu_name_opts in system/vl.c).</summary>
    public string? Name
    {
        get
        {
            foreach (var part in Value("name") is { } value ? QemuOptionList.Parts(value) : [])
            {
                if (part.StartsWith("guest=", StringComparison.Ordinal))
                {
                    return part["guest=".Length..];
                }

                if (!part.Contains('='))
                {
                    return part;
                }
            }

            return null;
        }
    }

    public bool IsOfLibvirt => arguments.Any(argument => argument.Contains(LibvirtDirectory, StringComparison.Ordinal));

    /// <summary>
    /// Null where the line names no device: QEMU with <c>-readconfig</c>, or one of the others, which take devices through
    /// their API as well.
    /// </summary>
    public EquatableArray<PciAddress>? Functions
    {
        get
        {
            if (IsQemu)
            {
                return QemuDeviceArguments.NamesDevices(arguments) ? [.. QemuDeviceArguments.HostFunctions(arguments).Distinct()] : null;
            }

            var named = arguments.Select(FunctionByPath).OfType<PciAddress>().Distinct().ToImmutableArray();
            return named.IsEmpty ? null : named;
        }
    }

    public bool IsQemu => Program.StartsWith("qemu", StringComparison.Ordinal) || Program == "kvm";

    /// <summary>QEMU takes its options with one dash or with two; of one that is given twice the last counts.</summary>
    private string? Value(string option)
    {
        for (var i = arguments.Count - 2; IsQemu && i > 0; i--)
        {
            if (arguments[i].StartsWith('-') && arguments[i].AsSpan().TrimStart('-').SequenceEqual(option))
            {
                return arguments[i + 1];
            }
        }

        return null;
    }

    private static PciAddress? FunctionByPath(string argument)
    {
        var at = argument.IndexOf(Devices, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var rest = argument.AsSpan(at + Devices.Length);
        var end = rest.IndexOfAny('/', ',');
        return PciAddress.TryParse(end < 0 ? rest : rest[..end], out var function) ? function : null;
    }
}
