using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>A pci.ids with the lines that a host needs, in the form of the real one, class section included.</summary>
internal static class PciIdsExcerpt
{
    private const string Header = """
        #
        #	List of PCI ID's
        #
        #	Date:    2024-09-20 03:15:02
        #

        # Syntax:
        # vendor  vendor_name
        #	device  device_name				<-- single tab
        #		subvendor subdevice  subsystem_name	<-- two tabs

        """;

    public static string For(IEnumerable<FakeFunction> functions)
    {
        var used = functions.ToList();
        var ids = used.Select(function => function.Ids).ToHashSet();
        var makers = used.Select(function => function.Subsystem).OfType<string>().Concat(ids).Select(id => id[..4]).ToHashSet();
        var text = new StringBuilder(Header);
        foreach (var line in Needed(ids, makers))
        {
            text.Append(line).Append('\n');
        }
        return text.Append('\n').Append(PciIdsText.Classes).ToString();
    }

    /// <summary>Comments are kept: the real file has them between any two lines.</summary>
    private static IEnumerable<string> Needed(HashSet<string> ids, HashSet<string> makers)
    {
        var (vendor, keep) = ("", false);
        foreach (var line in PciIdsText.Vendors.Split('\n').Where(line => line.Length > 0))
        {
            if (line[0] is not '\t' and not '#')
            {
                (vendor, keep) = (line[..4], makers.Contains(line[..4]));
            }
            else if (line[0] == '\t' && line[1] != '\t')
            {
                keep = ids.Contains($"{vendor}:{line[1..5]}");
            }
            if (keep || line[0] == '#')
            {
                yield return line;
            }
        }
    }
}
