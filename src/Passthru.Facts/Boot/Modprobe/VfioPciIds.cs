using Passthru.Facts.Kernel;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// The parameter <c>ids</c> of vfio-pci. It is one buffer (module_param_string in drivers/vfio/pci/vfio_pci.c), so of several
/// assignments the last one counts; kmod gives the module the options of modprobe.d in their order and then those of the
/// kernel's command line. Built in, vfio-pci hears of the command line alone.
/// </summary>
public static class VfioPciIds
{
    private const string Module = "vfio_pci";
    private const string Parameter = "ids";

    /// <summary>Size of the buffer, with the NUL. A value that does not fit is an error and the module is not loaded (param_set_copystring).</summary>
    private const int BufferBytes = 1024;

    /// <summary>Null: nothing is assigned, or what is keeps the module from being loaded.</summary>
    public static VfioIds? OfOptions(IEnumerable<ModuleOptions> options) => Last(
        from line in options
        where line.Module == Module
        from word in KernelCommandLine.Parse(line.Parameters).Parameters
        where word.Is(Parameter)
        select (word.Value, line.At));

    /// <summary>Of <c>vfio-pci.ids=</c> on the kernel's command line; null as above.</summary>
    public static VfioIds? OfCommandLine(KernelCommandLine line) => Last(
        from word in line.Parameters
        where word.Is($"{Module}.{Parameter}")
        select (word.Value, new ConfigLine("proc/cmdline", 1)));

    private static VfioIds? Last(IEnumerable<(string? Value, ConfigLine At)> assignments)
    {
        VfioIds? last = null;
        foreach (var (value, at) in assignments)
        {
            if (value is null || System.Text.Encoding.UTF8.GetByteCount(value) >= BufferBytes)
            {
                return null;
            }

            last = new VfioIds(PciMatch.ParseList(value), at);
        }

        return last;
    }
}
