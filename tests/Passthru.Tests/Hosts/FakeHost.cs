namespace Passthru.Tests.Hosts;

/// <summary>A whole machine as its description; <see cref="Build"/> makes the files that its kernel would show.</summary>
internal sealed record FakeHost
{
    public required KernelRelease Kernel { get; init; }

    public required string CommandLine { get; init; }

    public required Platform Platform { get; init; }

    public required Dmi Dmi { get; init; }

    public required IReadOnlyList<FakeFunction> Functions { get; init; }

    public string Processor { get; init; } = "Fixture CPU @ 2.40GHz";

    /// <summary>Hardware virtualisation switched on in the firmware: the flag shows in proc/cpuinfo.</summary>
    public bool Virtualization { get; init; } = true;

    public IReadOnlyList<string> AcpiTables { get; init; } = ["APIC", "FACP", "MCFG"];

    public IReadOnlyList<IommuUnit> Units { get; init; } = [];

    /// <summary>Groups of which there is more to say than who is in them.</summary>
    public IReadOnlyList<FakeGroup> Groups { get; init; } = [];

    /// <summary>Type of each group's default domain.</summary>
    public string DefaultDomain { get; init; } = "DMA-FQ";

    public IReadOnlyList<FakeModule> Modules { get; init; } = [];

    public bool InterruptRemapping { get; init; }

    /// <summary>sys/kernel/irq, which wants CONFIG_SPARSE_IRQ; proc/interrupts is always there.</summary>
    public bool HasIrqDirectory { get; init; } = true;

    /// <summary>The kernel carries the patch behind pcie_acs_override=.</summary>
    public bool HasAcsOverridePatch { get; init; }

    public string AspmPolicy { get; init; } = "[default] performance powersave powersupersave ";

    /// <summary>Bytes of config space that a reader gets: 64 without CAP_SYS_ADMIN.</summary>
    public int ReadableConfig { get; init; } = 4096;

    public string VirtualizationFlag => (Virtualization, Platform) switch
    {
        (true, Platform.Intel) => "vmx",
        (true, Platform.Amd) => "svm",
        _ => "",
    };

    /// <summary>Every function with its place in sysfs, in the kernel's order.</summary>
    public IReadOnlyList<PlacedFunction> Placed => [.. PlacedFunction.Place(Functions)];

    public IEnumerable<FakeGroup> AllGroups =>
        Groups.Concat(Placed.Select(placed => placed.Function.Group).OfType<int>()
            .Except(Groups.Select(group => group.Number))
            .Select(number => new FakeGroup(number)));

    public bool IsNoIommuGroup(int number) => Groups.Any(group => group.Number == number && group.Name == "vfio-noiommu");

    public string PathOf(string address) => Placed.Single(placed => placed.Function.Address == address).Path;

    public HostTree Build()
    {
        var tree = new HostTree();
        var all = Placed;
        tree.Directory("sys/bus/pci/devices").Directory("sys/bus/pci/slots").Directory("dev");
        foreach (var placed in all)
        {
            FunctionFiles.WriteTo(tree, placed, Kernel);
        }
        Truncate(tree, all);
        InterruptFiles.WriteTo(tree, this, all);
        SriovFiles.WriteTo(tree, all);
        IommuFiles.WriteTo(tree, this, all);
        VfioFiles.WriteTo(tree, this, all);
        KernelFiles.WriteTo(tree, this);
        Dmi.WriteTo(tree);
        tree.Text("usr/share/misc/pci.ids", PciIdsExcerpt.For(all.Select(placed => placed.Function)));
        all.Where(placed => placed.Function.Vanished).ToList().ForEach(placed => tree.Remove(placed.Path));
        return tree;
    }

    private void Truncate(HostTree tree, IReadOnlyList<PlacedFunction> all)
    {
        foreach (var path in all.Select(placed => $"{placed.Path}/config"))
        {
            var config = tree.Read(path);
            tree.Bytes(path, config[..Math.Min(config.Length, ReadableConfig)]);
        }
    }
}
