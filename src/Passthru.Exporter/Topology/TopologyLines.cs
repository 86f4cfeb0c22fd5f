using Passthru.Exporter.Text;

namespace Passthru.Exporter.Topology;

/// <summary>One line of the drawn tree.</summary>
/// <param name="Branch">The lines that lead to it.</param>
/// <param name="Node">What it shows; null: a remark on what stands above.</param>
/// <param name="Text">What it says after the columns.</param>
internal readonly record struct TopologyLine(string Branch, TopologyNode? Node, string Text)
{
    public string Place => Node is null ? Branch : $"{Branch}{Printable.Text(Node.Address)}{(Node.Slot is { } slot ? $" [{Printable.Text(slot)}]" : "")}";
}

/// <summary>The tree of buses as lines of text.</summary>
internal static class TopologyLines
{
    public static IEnumerable<TopologyLine> From(IEnumerable<TopologyNode> buses) => buses.SelectMany(bus => Draw(bus, "", "", ""));

    /// <param name="node">What to draw.</param>
    /// <param name="before">What stands left of it and of all below.</param>
    /// <param name="corner">What leads to it.</param>
    /// <param name="beside">What stands left of what is below it.</param>
    private static IEnumerable<TopologyLine> Draw(TopologyNode node, string before, string corner, string beside)
    {
        yield return new TopologyLine(before + corner, node, Text(node));
        var inner = before + beside;
        var below = node.VirtualFunctions.Where(IsComplete).Concat(node.Below).ToList();
        var stem = inner + (below.Count > 0 ? "│  " : "   ");
        foreach (var use in node.Critical)
        {
            yield return new TopologyLine(stem, null, $"! the host needs it: {Printable.Text(use.ToString())}");
        }

        if (node.VirtualFunctions.Length > 0)
        {
            yield return new TopologyLine(stem, null, Printable.Text(Summary(node)));
        }

        for (var i = 0; i < below.Count; i++)
        {
            var isLast = i == below.Count - 1;
            foreach (var line in Draw(below[i], inner, isLast ? "└─ " : "├─ ", isLast ? "   " : "│  "))
            {
                yield return line;
            }
        }
    }

    /// <summary>One of many virtual functions has a line of its own only if there is something to say.</summary>
    private static bool IsComplete(TopologyNode node) => !node.Vms.IsEmpty || !node.Critical.IsEmpty || node.IsMismatched == true;

    private static string Summary(TopologyNode node)
    {
        var groups = node.VirtualFunctions.Select(it => it.Group).OfType<string>().ToList();
        return TopologyWords.Summary(node.VirtualFunctions) + (groups.Count == 0 ? "" : $"; groups {TopologyWords.Ranges(groups)}");
    }

    private static string Text(TopologyNode node)
    {
        var what = node.Name is { } name ? $"{node.What}: {Printable.Text(name)}" : node.What;
        var label = node.Label is { } text ? $" \"{Printable.Text(text)}\"" : "";
        var claim = node.IsMismatched == true ? "  ! VFIO should have it" : "";
        return node.IsBus ? "" : $"{what}{label}{claim}";
    }
}
