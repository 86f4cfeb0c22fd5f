namespace Passthru.Tests.Hosts;

/// <summary>Speed and width of a link (pci-sysfs.c, pcie_dev_attrs): only PCI Express functions have the files.</summary>
internal static class LinkFiles
{
    /// <summary>What a file says that cannot be read without waking the device.</summary>
    public const string Woken = "WOKEN";

    private static readonly string[] Gigatransfers = ["2.5", "5.0", "8.0", "16.0", "32.0", "64.0"];

    public static string AuthMiddleware(PlacedFunction placed, string value) => placed.Function.Asleep ? Woken : value;

    public static void WriteTo(HostTree tree, PlacedFunction placed, KernelRelease release)
    {
        if (placed.Function.Express is null)
        {
            return;
        }
        var link = placed.Function.Link;
        void Write(string name, string value) => tree.Line($"{placed.Path}/{name}", AuthMiddleware(placed, value));
        Write("max_link_speed", Speed(link?.MaxGeneration, release));
        Write("max_link_width", $"{link?.MaxWidth ?? 0}");
        Write("current_link_speed", Speed(link?.Generation, release));
        Write("current_link_width", $"{link?.Width ?? 0}");
    }

    private static string Speed(int? generation, KernelRelease release) => generation switch
    {
        null or 0 => release.HasLongSpeeds ? "Unknown" : "Unknown speed",
        { } known when release.HasLongSpeeds => $"{Gigatransfers[known - 1]} GT/s PCIe",
        { } known => $"{Gigatransfers[known - 1].Replace(".0", "", StringComparison.Ordinal)} GT/s",
    };
}
