namespace Passthru.Tests.Findings.NextStart;

/// <summary>Configurations as people run them, and what is said of each: in the first version, and now.</summary>
public sealed class RealConfigurationTests
{
    private const string Good = "map node=pve1,path=0000:01:00,id=10de:2204,subsystem-id=1043:8769,iommugroup=7";

    public static TheoryData<string, string, string, string> Table => new()
    {
        // What the configuration is written as; the lines of the mapping gpu; what was said first; what is said now.
        { "ostype: l26 / vga: std / hostpci0: 0000:01:00.0", "", "functions_left_out gpu_on_i440fx gpu_without_uefi", "" },
        { "ostype: l26 / bios: ovmf / machine: q35 / vga: virtio / hostpci0: 0000:01:00.0,pcie=1", "", "functions_left_out", "" },
        { "ostype: l26 / bios: ovmf / machine: q35 / hostpci0: 0000:01:00,pcie=1,rombar=0", "", "rom_bar_off", "" },
        { "ostype: win10 / machine: q35 / hostpci0: 0000:01:00,pcie=1,romfile=vbios.rom", "", "gpu_without_uefi", "" },
        { "ostype: win11 / bios: ovmf / machine: pc-q35-9.2+pve1 / vga: none / hostpci0: 0000:01:00,pcie=1,x-vga=1", "", "", "" },
        { "ostype: win11 / bios: ovmf / machine: q35 / vga: none / hostpci0: 0000:01:00,pcie=1", "", "no_primary_gpu", "no_primary_gpu" },
        { "ostype: win10 / bios: ovmf / machine: q35 / hostpci0: 0000:01:00.0,pcie=1,x-vga=1", "", "functions_left_out", "functions_left_out" },
        { "ostype: win10 / hostpci0: 01:00,x-vga=1", "", "gpu_on_i440fx gpu_without_uefi", "gpu_on_i440fx gpu_without_uefi" },
        { "ostype: win10 / machine: q35 / vga: none / hostpci0: 01:00,pcie=1,x-vga=1,romfile=vbios.rom", "", "gpu_without_uefi", "" },
        { "ostype: l26 / bios: ovmf / machine: q35 / vga: none / hostpci0: 01:00,pcie=1,x-vga=1,rombar=0", "", "rom_bar_off", "rom_bar_off" },
        { "ostype: l26 / bios: ovmf / machine: q35 / vga: none / hostpci0: 01:00,x-vga=1", "", "pcie_not_set", "pcie_not_set" },
        { "ostype: l26 / vga: serial0 / serial0: socket / hostpci0: 01:00", "", "gpu_on_i440fx gpu_without_uefi", "" },
        { "ostype: l26 / bios: ovmf / machine: q35 / vga: std / hostpci0: 0000:00:02.0,rombar=0", "", "pcie_not_set rom_bar_off", "" },
        { "ostype: win10 / vga: none / hostpci0: 0000:00:02.0,legacy-igd=1,romfile=vbios.rom", "", "", "" },
        { "ostype: win10 / machine: q35 / vga: none / hostpci0: 0000:00:02.0,legacy-igd=1", "", "", "legacy_igd_refused" },
        { "ostype: win10 / hostpci0: 0000:00:02.0,legacy-igd=1", "", "", "legacy_igd_refused" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: 0000:01:00,pcie=1,romfile=gone.rom", "", "romfile_missing", "romfile_missing" },
        { "ostype: l26 / hostpci0: 0000:04:00.0", "", "", "" },
        { "ostype: l26 / hostpci0: 0000:04:00.0,pcie=1", "", "", "pcie_without_q35" },
        { "ostype: l26 / machine: q35 / hostpci0: 0000:04:00.0,pcie=1,rombar=0", "", "", "" },
        { "ostype: l26 / hostpci0: 0000:02:00.0 / hostpci1: 0000:02:00.0", "", "", "device_assigned_twice" },
        { "ostype: win10 / bios: ovmf / machine: q35 / hostpci0: 0000:01:00,pcie=1,x-vga=1 / hostpci1: 0000:01:00.1,pcie=1", "", "", "device_assigned_twice" },
        { "ostype: l26 / machine: q35 / hostpci0: 0000:01:00.0;0000:01:00.1,pcie=1", "", "gpu_without_uefi", "" },
        { "ostype: l26 / machine: q35 / hostpci0: 0000:0a:00.0,pcie=1", "", "device_missing", "device_missing" },
        { "ostype: l26 / bios: ovmf / machine: q35 / hostpci0: 0000:04:00,pcie=1,x-vga=1", "", "", "display_option_on_other_device" },
        { "ostype: l26 / machine: q35 / hostpci0: 0000:03:00.0,pcie=1", "", "takes", "takes" },
        { "ostype: l26 / machine: q35 / hostpci0: 0000:04:00.0,pcie=1 / [PENDING] / hostpci1: 0000:03:00.0,pcie=1", "", "", "takes" },
        { "ostype: l26 / machine: q35 / hostpci0: 0000:03:00.0,pcie=1 / [PENDING] / delete: hostpci0 / hostpci1: 0000:04:00.0", "", "takes", "" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: mapping=gpu,pcie=1,x-vga=1", Good, "", "" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: mapping=gpu,pcie=1,x-vga=1", "map node=pve1,path=0000:01:00,id=10de:2204,subsystem-id=1043:8769", "", "mapping_incomplete" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: mapping=gpu,pcie=1,x-vga=1", "map node=pve1,path=0000:01:00,id=10de:2204,iommugroup=7", "", "mapping_incomplete" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: mapping=gpu,pcie=1,x-vga=1", "map node=pve1,path=0000:01:00.0;0000:01:00.1,id=10de:2204,subsystem-id=1043:8769,iommugroup=7", "", "mapping_mismatch" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: mapping=gpu,pcie=1,x-vga=1", Good + " / map node=pve1,path=0000:0b:00,id=10de:2204,subsystem-id=1043:8769,iommugroup=20", "", "mapping_device_missing" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: mapping=gpu,pcie=1,x-vga=1", "map node=pve2,path=0000:01:00,id=10de:2204", "mapping_not_found", "mapping_not_found" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: mapping=gpu,mdev=nvidia-63", "map node=pve2,path=0000:05:00.0,id=10de:1b38", "", "mapping_not_found" },
        { "ostype: win10 / hostpci0: 0000:05:00.0,mdev=nvidia-63", "", "", "" },
        { "ostype: win10 / hostpci0: 0000:05:00.0,mdev=nvidia-99", "", "", "mediated_type_unavailable" },
        { "ostype: win10 / hostpci0: 0000:06:00.0,mdev=nvidia-63", "", "", "mediated_type_unavailable" },
        { "ostype: win10 / hostpci0: 0000:0c:00.4,mdev=nvidia-1414", "", "", "mediated_parent_missing" },
        { "ostype: win11 / bios: ovmf / machine: q35 / hostpci0: 0000:41:00.4,mdev=nvidia-1414,pcie=1", "", "", "" },
        { "ostype: win11 / machine: q35 / hostpci0: mapping=gpu,pcie=1", Good + " / live-migration-capable 1", "gpu_without_uefi", "migration_refused" },
        { "ostype: l26 / machine: q35 / hostpci0: 0000:02:00.0,pcie=1 / args: -device vfio-pci,host=0000:04:00.0", "", "", "" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_is_said_is_what_its_manager_would_do(string config, string mapping, string first, string now)
    {
        Assert.NotNull(first);
        Assert.Equal(now, RealConfigurations.Issues(config, mapping));
    }

    /// <summary>Working configurations are not warned about any more.</summary>
    [Fact]
    public void Warnings_go_from_what_works_and_come_to_what_is_refused()
    {
        var rows = Table.Select(row => (First: Words(row.Data.Item3), Now: Words(row.Data.Item4))).ToList();

        Assert.Equal((42, 14, 16), (rows.Count, rows.Sum(row => row.First.Except(row.Now).Count()), rows.Sum(row => row.Now.Except(row.First).Count())));
    }

    private static string[] Words(string issues) => issues.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
