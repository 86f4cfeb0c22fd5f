namespace Passthru.Tests.Hosts;

/// <summary>What the kernel says of itself, of its command line, its modules and symbols, and of the processor.</summary>
internal static class KernelFiles
{
    private static readonly string[] PciSymbols =
        ["pci_acs_enabled", "pci_dev_specific_acs_enabled", "pci_dev_acs_enabled", "pci_quirk_mf_endpoint_acs", "pcie_flr"];

    public static void WriteTo(HostTree tree, FakeHost host)
    {
        tree.Line("proc/cmdline", host.CommandLine)
            .Line("proc/sys/kernel/osrelease", host.Kernel.Text)
            .Line("proc/sys/kernel/ostype", "Linux")
            .Line("proc/version", $"Linux version {host.Kernel} (build@host) (gcc (GCC) 13.2.0) #1 SMP PREEMPT_DYNAMIC")
            .Text("proc/cpuinfo", Processors(host))
            .Text("proc/kallsyms", Symbols(host))
            .Line("sys/module/pcie_aspm/parameters/policy", host.AspmPolicy);
        WriteModules(tree, host);
        WriteTables(tree, host);
    }

    private static string Processors(FakeHost host) =>
        string.Concat(Enumerable.Range(0, 2).Select(number => Processor(host, number)));

    private static string Processor(FakeHost host, int number) =>
        host.Platform == Platform.Arm ? ArmProcessor(number) : X86Processor(host, number);

    private static string X86Processor(FakeHost host, int number) =>
        $"processor\t: {number}\nvendor_id\t: {(host.Platform == Platform.Amd ? "AuthenticAMD" : "GenuineIntel")}\n"
        + $"model name\t: {host.Processor}\ncpu cores\t: 2\n"
        + $"flags\t\t: fpu vme de pse tsc msr pae mce cx8 apic {host.VirtualizationFlag} nx rdtscp lm constant_tsc\n"
        + "bugs\t\t: spectre_v1 spectre_v2\n\n";

    private static string ArmProcessor(int number) =>
        $"processor\t: {number}\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics\n"
        + "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n\n";

    /// <summary>Addresses are zero for whoever lacks CAP_SYSLOG; the names are there for all (kernel/kallsyms.c).</summary>
    private static string Symbols(FakeHost host)
    {
        string[] patched = host.HasAcsOverridePatch ? ["pcie_acs_overrides", "pcie_acs_override_setup"] : [];
        var ofModules = Loaded(host).Select(module => $"{module.Name}_init\t[{module.Name}]");
        return Lines(PciSymbols.Concat(patched).Concat(ofModules).Select(symbol => $"0000000000000000 t {symbol}"));
    }

    private static void WriteModules(HostTree tree, FakeHost host)
    {
        foreach (var module in host.Modules)
        {
            module.WriteTo(tree);
        }
        var builtIn = host.Modules.Where(module => module.BuiltIn).Select(module => module.Path ?? $"drivers/{module.Name}/{module.Name}");
        var files = builtIn.Prepend("drivers/acpi/button").Select(path => $"kernel/{path}.ko");
        tree.Text($"lib/modules/{host.Kernel}/modules.builtin", Lines(files))
            .Text("proc/modules", Lines(Loaded(host).Select(module => $"{module.Name} 40960 0 - Live 0x0000000000000000")));
    }

    private static IEnumerable<FakeModule> Loaded(FakeHost host) => host.Modules.Where(module => !module.BuiltIn);

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static void WriteTables(HostTree tree, FakeHost host)
    {
        foreach (var name in host.AcpiTables)
        {
            tree.Bytes($"sys/firmware/acpi/tables/{name}", AcpiTable.Of(name));
        }
    }
}
