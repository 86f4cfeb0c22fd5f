using Passthru.Facts.Firmware;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// The partitions that this host starts from, mounted or not. Sources: <c>/etc/kernel/proxmox-boot-uuids</c>, the partitions that
/// proxmox-boot-tool keeps; the entries of <c>/boot</c>, <c>/boot/efi</c> and <c>/efi</c> in <c>/etc/fstab</c>; and what the
/// firmware and systemd-boot noted of this start, the EFI variables <c>BootCurrent</c> and <c>LoaderDevicePartUUID</c>.
/// </summary>
internal static class BootPartitions
{
    private static readonly string[] Points = ["/boot", "/boot/efi", "/efi"];

    /// <summary>The partition that was started from, by its GUID. It stays the same until the next start, and each look at a variable is a call into the firmware.</summary>
    public static string? Started(HostReader files)
    {
        var efi = new EfiVariables(files);
        return efi.LoaderPartition ?? PartitionOf(efi.StartedOption);
    }

    /// <summary>What to call it, and how it is named: <c>UUID=4A5C-1234</c>, <c>PARTUUID=…</c>, <c>/dev/sda1</c>.</summary>
    public static IEnumerable<(string What, string Source)> Configured(HostReader files, string? started)
    {
        var all = new List<(string, string)>();
        TextTable.Read(files, "etc/kernel/proxmox-boot-uuids", line =>
        {
            var uuid = line.Trim();
            var isOne = uuid.Length > 0 && uuid[0] != '#';
            if (isOne)
            {
                all.Add(("boot partition", $"UUID={uuid}"));
            }

            return isOne;
        });
        TextTable.Read(files, "etc/fstab", line =>
        {
            var isOne = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var source, var point, ..] && source[0] != '#' && Points.Contains(point);
            if (isOne)
            {
                var fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                all.Add((fields[1], fields[0]));
            }

            return isOne;
        });
        if (started is not null)
        {
            all.Add(("boot partition", $"PARTUUID={started}"));
        }

        return all;
    }

    /// <summary>
    /// The hard drive node of a load option's device path (UEFI 3.1.3 and 10.3.5.1): attributes (4), length of the path (2), a
    /// description in UTF-16, then nodes of type, subtype and length; type 4, subtype 1 has the GUID at byte 24.
    /// </summary>
    private static string? PartitionOf(ReadOnlySpan<byte> option)
    {
        const int head = 6;
        const int guidAt = 24;
        var at = head;
        while (at + 1 < option.Length && (option[at] | option[at + 1]) != 0)
        {
            at += 2;
        }

        for (at += 2; at + 4 <= option.Length;)
        {
            var length = option[at + 2] | (option[at + 3] << 8);
            if (option[at] == 4 && option[at + 1] == 1 && at + guidAt + 16 <= option.Length)
            {
                return new Guid(option.Slice(at + guidAt, 16)).ToString();
            }

            at += Math.Max(length, 4);
        }

        return null;
    }
}
