using System.Text;

namespace Passthru.Facts.Vms.Qemu;

/// <summary>The value of an option of QEMU with several parts, <c>vfio-pci,host=01:00.0</c>.</summary>
internal static class QemuOptionList
{
    /// <summary>The parts between commas; a comma in a part is written twice (get_opt_value in util/qemu-option.c).</summary>
    public static IEnumerable<string> Parts(string value)
    {
        var part = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != ',')
            {
                part.Append(value[i]);
            }
            else if (i + 1 < value.Length && value[i + 1] == ',')
            {
                part.Append(value[i++]);
            }
            else
            {
                yield return part.ToString();
                part.Clear();
            }
        }

        yield return part.ToString();
    }
}
