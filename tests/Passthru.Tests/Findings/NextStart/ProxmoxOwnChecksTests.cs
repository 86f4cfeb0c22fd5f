namespace Passthru.Tests.Findings.NextStart;

/// <summary>
/// What Proxmox VE 9.2 dies of at a start because of host devices (PVE/QemuServer/PCI.pm, PVE/QemuServer/PCI/Mdev.pm,
/// PVE/Mapping/PCI.pm), each with a configuration that meets it, beside what is said here.
/// </summary>
public sealed class ProxmoxOwnChecksTests
{
    private const string Id = "map node=pve1,path=0000:01:00.0,id=10de:2204,subsystem-id=1043:8769";

    public static TheoryData<string, string, string, string> Table => new()
    {
        { "PCI device mapping not found for 'gpu'", "hostpci0: mapping=gpu", "map node=pve2,path=0000:01:00.0,id=10de:2204", "mapping_not_found" },
        { "pci device '0000:0a:00.0' not found", "hostpci0: mapping=gpu", "map node=pve1,path=0000:0a:00.0,id=10de:2204,iommugroup=7", "mapping_device_missing" },
        { "missing expected property 'iommugroup'", "hostpci0: mapping=gpu", Id, "mapping_incomplete" },
        { "missing expected property 'subsystem-id'", "hostpci0: mapping=gpu", "map node=pve1,path=0000:01:00.0,id=10de:2204,iommugroup=7", "mapping_incomplete" },
        { "'id' does not match", "hostpci0: mapping=gpu", "map node=pve1,path=0000:01:00.0,id=10de:1b06,subsystem-id=1043:8769,iommugroup=7", "mapping_mismatch" },
        { "'id' does not match, second path", "hostpci0: mapping=gpu", "map node=pve1,path=0000:01:00.0;0000:01:00.1,id=10de:2204,subsystem-id=1043:8769,iommugroup=7", "mapping_mismatch" },
        { "'iommugroup' does not match", "hostpci0: mapping=gpu", $"{Id},iommugroup=8", "mapping_mismatch" },
        { "'subsystem-id' does not match", "hostpci0: mapping=gpu", "map node=pve1,path=0000:01:00.0,id=10de:2204,subsystem-id=1458:403b,iommugroup=7", "mapping_mismatch" },
        { "'mdev' does not match, set", "hostpci0: mapping=gpu", $"mdev 1 / {Id},iommugroup=7", "mapping_mismatch" },
        { "'mdev' does not match, not set", "hostpci0: mapping=gpu", "map node=pve1,path=0000:05:00.0,id=10de:1b38,subsystem-id=1043:8769,iommugroup=11", "mapping_mismatch" },
        { "no PCI device found for '0000:0a:00.0'", "hostpci0: 0000:0a:00.0", "", "device_missing" },
        { "no PCI device found, of a part", "hostpci0: 0000:0a:00.0,mdev=nvidia-63", "", "mediated_parent_missing" },
        { "cannot use mediated device with multifunction device", "hostpci0: 0000:01:00,mdev=nvidia-63", "", "mediated_type_unavailable" },
        { "q35 machine model is not enabled", "hostpci0: 0000:02:00.0,pcie=1", "", "pcie_without_q35" },
        { "only one device can be assigned in legacy-igd mode", "vga: none / hostpci0: 0000:00:02.0,legacy-igd=1 / hostpci1: 0000:02:00.0,legacy-igd=1", "", "display_option_on_other_device legacy_igd_refused" },
        { "legacy IGD assignment requires VGA mode to be 'none'", "hostpci0: 0000:00:02.0,legacy-igd=1", "", "legacy_igd_refused" },
        { "legacy IGD assignment requires rombar to be enabled", "vga: none / hostpci0: 0000:00:02.0,legacy-igd=1,rombar=0", "", "legacy_igd_refused" },
        { "legacy IGD assignment is not compatible with x-vga", "vga: none / hostpci0: 0000:00:02.0,legacy-igd=1,x-vga=1", "", "legacy_igd_refused" },
        { "legacy IGD assignment is not compatible with q35", "machine: q35 / vga: none / hostpci0: 0000:00:02.0,legacy-igd=1", "", "legacy_igd_refused" },
        { "legacy IGD assignment is not compatible with multifunction devices", "vga: none / hostpci0: 0000:01:00,legacy-igd=1", "", "legacy_igd_refused" },
        { "legacy IGD assignment only works for devices on host bus 00:02.0", "vga: none / hostpci0: 0000:01:00.0,legacy-igd=1", "", "functions_left_out legacy_igd_refused" },
        { "device '0000:01:00.1' assigned more than once", "hostpci0: 0000:01:00 / hostpci1: 0000:01:00.1", "", "device_assigned_twice" },
        { "could not find a free device for 'hostpci1'", "hostpci0: mapping=gpu / hostpci1: mapping=gpu", $"{Id},iommugroup=7", "device_assigned_twice" },
        { "does not support mediated devices", "hostpci0: 0000:06:00.0,mdev=nvidia-63", "", "mediated_type_unavailable" },
        { "has no type 'nvidia-64'", "hostpci0: 0000:05:00.0,mdev=nvidia-64", "", "mediated_type_unavailable" },
        { "vgpu type '9' not available", "hostpci0: 0000:41:00.4,mdev=nvidia-9", "", "mediated_type_unavailable" },
        { "nothing", "machine: q35 / hostpci0: mapping=gpu,pcie=1", $"description ours / {Id},iommugroup=7", "" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_Proxmox_dies_of_is_told_before(string dies, string config, string mapping, string issues)
    {
        Assert.NotEmpty(dies);
        Assert.Equal(issues, RealConfigurations.Issues(config, mapping));
    }
}
