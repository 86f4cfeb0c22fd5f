namespace Passthru.Tests.Hosts;

/// <summary>A kernel module, loaded or built in.</summary>
internal sealed record FakeModule(string Name)
{
    public bool BuiltIn { get; init; }

    /// <summary>Where modules.builtin has it; null: somewhere below drivers/.</summary>
    public string? Path { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What virtualisation on a stock kernel loads.</summary>
    public static IReadOnlyList<FakeModule> Vfio(bool unsafeInterrupts = false) =>
    [
        new("vfio"),
        new("vfio_pci_core"),
        new("vfio_pci") { Parameters = Flags("disable_idle_d3", "disable_vga", "enable_sriov", "nointxmask", "disable_denylist") },
        new("vfio_iommu_type1")
        {
            Parameters = new Dictionary<string, string> { ["allow_unsafe_interrupts"] = unsafeInterrupts ? "Y" : "N" },
        },
    ];

    public static IReadOnlyList<FakeModule> Kvm(string vendor) =>
    [
        new("kvm") { Parameters = Flags("ignore_msrs") },
        new($"kvm_{vendor}") { Parameters = new Dictionary<string, string> { ["nested"] = vendor == "intel" ? "Y" : "1" } },
    ];

    public void WriteTo(HostTree tree)
    {
        foreach (var (name, value) in Parameters)
        {
            tree.Line($"sys/module/{Name}/parameters/{name}", value);
        }
        if (!BuiltIn)
        {
            tree.Line($"sys/module/{Name}/initstate", "live").Line($"sys/module/{Name}/refcnt", "0");
        }
    }

    private static Dictionary<string, string> Flags(params string[] names) => names.ToDictionary(name => name, _ => "N");
}
