using System.Buffers.Binary;
using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>An ACPI table with a header and nothing in it (ACPI 6.5, 5.2.6).</summary>
internal static class AcpiTable
{
    private const int Length = 48;

    public static byte[] Of(string name)
    {
        var table = new byte[Length];
        Encoding.ASCII.GetBytes(name).CopyTo(table, 0);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), Length);
        table[8] = 1;
        Encoding.ASCII.GetBytes("PASSTHFIXTURES").CopyTo(table, 10);
        if (name == "DMAR")
        {
            // Host address width less one, and INTR_REMAP (VT-d 8.1).
            table[36] = 38;
            table[37] = 1;
        }
        table[9] = (byte)-table.Sum(value => value);
        return table;
    }
}
