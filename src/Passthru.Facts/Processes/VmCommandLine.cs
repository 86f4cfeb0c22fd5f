using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Values;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Processes;

/// <summary>What the arguments of a virtual machine's process say. Anybody can write them: they describe a VM, and prove nothing.</summary>
/// <param name="program">The file name of the program.</param>
/// <param name="arguments">The first argument is the program as it was called.</param>
internal sealed class VmCommandLine(string program, IReadOnlyList<string> arguments)
{
    /// <summary>The path a function has in sysfs whatever hangs above it, as cloud-hypervisor and crosvm take it.</summary>
    internal const string Devices = "/sys/bus/pci/devices/";

    internal const string ReadConfig = "-readconfig";

    /// <summary>kvmtool's option for a function (vfio_device_parser in its vfio/core.c).</summary>
    private const string KvmtoolDevice = "--vfio-pci";

    /// <summary>The options of the others that name a VM: Firecracker, crosvm, kvmtool.</summary>
    private static readonly Dictionary<string, string[]> NameOptions = new()
    {
        ["firecracker"] = ["--id"],
        ["crosvm"] = ["--name", "-n"],
        ["lkvm"] = ["--name", "-n"],
        ["kvmtool"] = ["--name", "-n"],
    };

    /// <summary>Proxmox' own option; nothing but digits.</summary>
    public string? VmId => QemuValue("id") is { } id && id.All(char.IsAsciiDigit) ? id : null;

    /// <summary>The part of <c>-name</c> that is <c>guest=</c>, or has no key at all (qemu_name_opts in system/vl.c); of another program its own option.</summary>
    public string? Name
    {
        get
        {
            foreach (var part in QemuValue("name") is { } value ? QemuOptionList.Parts(value) : [])
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

            return NameOptions.GetValueOrDefault(program)?.Select(Value).FirstOrDefault(name => name is not null);
        }
    }

    /// <summary>The files of <c>-readconfig</c>, which QEMU takes in turn.</summary>
    public IEnumerable<string> ConfigFiles =>
        VmPrograms.IsQemu(program) ? arguments.Index().Where(one => one.Index > 1 && arguments[one.Index - 1] is ReadConfig or $"-{ReadConfig}").Select(one => one.Item) : [];

    /// <summary>The option that <see cref="Name"/> would be read from.</summary>
    public string NameOption => NameOptions.GetValueOrDefault(program) is [var option, ..] ? option : "-name";

    /// <summary>
    /// Null where the line names no device: QEMU with <c>-readconfig</c>, or one of the others, which take devices through
    /// their API as well.
    /// </summary>
    public EquatableArray<PciAddress>? Functions
    {
        get
        {
            if (TakesDeviceOptions)
            {
                return QemuDeviceArguments.NamesDevices(arguments) ? [.. QemuDeviceArguments.HostFunctions(arguments).Distinct().Take(VmProcess.MaxFunctions)] : null;
            }

            var named = arguments.Select((argument, i) => FunctionByPath(argument) ?? FunctionOfKvmtool(argument, i)).OfType<PciAddress>();
            ImmutableArray<PciAddress> functions = [.. named.Distinct().Take(VmProcess.MaxFunctions)];
            return functions.IsEmpty ? null : functions;
        }
    }

    /// <summary>QEMU, and StratoVirt, which has its <c>-device</c>.</summary>
    public bool TakesDeviceOptions => VmPrograms.IsQemu(program) || program == "stratovirt";

    /// <summary>QEMU takes its options with one dash or with two; of one that is given twice the last counts.</summary>
    private string? QemuValue(string option)
    {
        for (var i = arguments.Count - 2; VmPrograms.IsQemu(program) && i > 0; i--)
        {
            if (arguments[i].StartsWith('-') && arguments[i].AsSpan().TrimStart('-').SequenceEqual(option))
            {
                return arguments[i + 1];
            }
        }

        return null;
    }

    /// <summary><c>--id x</c> and <c>--id=x</c>.</summary>
    private string? Value(string option)
    {
        for (var i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] == option)
            {
                return i + 1 < arguments.Count ? arguments[i + 1] : null;
            }

            if (arguments[i].StartsWith(option, StringComparison.Ordinal) && arguments[i].AsSpan(option.Length) is ['=', ..])
            {
                return arguments[i][(option.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>The directory of a function in sysfs, by whatever way: <c>path=/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/,id=gpu</c>.</summary>
    private static PciAddress? FunctionByPath(string argument)
    {
        var at = argument.IndexOf("/sys/", StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var path = argument.AsSpan(at);
        path = path[..(path.IndexOf(',') is var end and >= 0 ? end : path.Length)].TrimEnd('/');
        return PciAddress.TryParse(path[(path.LastIndexOf('/') + 1)..], out var function) ? function : null;
    }

    private PciAddress? FunctionOfKvmtool(string argument, int at)
    {
        var value = argument == KvmtoolDevice && at + 1 < arguments.Count ? arguments[at + 1]
            : argument.StartsWith($"{KvmtoolDevice}=", StringComparison.Ordinal) ? argument[(KvmtoolDevice.Length + 1)..]
            : null;
        return value is not null && PciSelector.TryParse(value, out var selector) && !selector.WholeSlot ? selector.Address : null;
    }
}
