namespace Passthru.Tests.Hosts;

/// <summary>/sys/class/dmi/id: what the firmware calls machine, board and itself.</summary>
internal sealed record Dmi(string Vendor, string Product, string Board, string BiosVersion, string BiosDate)
{
    /// <summary>null: the maker of the whole machine.</summary>
    public string? BoardVendor { get; init; }

    public void WriteTo(HostTree tree)
    {
        const string Id = "sys/devices/virtual/dmi/id";
        tree.Link("sys/class/dmi/id", Id)
            .Line($"{Id}/sys_vendor", Vendor)
            .Line($"{Id}/product_name", Product)
            .Line($"{Id}/board_vendor", BoardVendor ?? Vendor)
            .Line($"{Id}/board_name", Board)
            .Line($"{Id}/bios_vendor", BoardVendor ?? Vendor)
            .Line($"{Id}/bios_version", BiosVersion)
            .Line($"{Id}/bios_date", BiosDate);
    }
}
