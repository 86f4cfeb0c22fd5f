namespace Passthru.Tests.Hosts;

/// <summary>A libvirt domain as its description; <see cref="LibvirtFiles"/> writes it.</summary>
internal sealed record FakeDomain(string Name)
{
    public string Machine { get; init; } = "pc-q35-9.0";

    /// <summary>Inside <c>os</c>, beside the type.</summary>
    public string Loader { get; init; } = "<loader readonly='yes' secure='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.secboot.fd</loader>";

    /// <summary>As virt-install notes it; null: it did not.</summary>
    public string? LibosinfoId { get; init; } = "http://microsoft.com/win/11";

    public int MemoryGiB { get; init; } = 16;

    /// <summary>What the balloon leaves it.</summary>
    public int? CurrentGiB { get; init; }

    /// <summary>Inside <c>memoryBacking</c>: <c>&lt;hugepages/&gt;</c>.</summary>
    public string MemoryBacking { get; init; } = "";

    public string Video { get; init; } = "none";

    /// <summary>Entries of <c>devices</c>: <see cref="LibvirtFiles.Hostdev"/>, <see cref="LibvirtFiles.NetworkInterface"/>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    public string Xml => $"""
        <domain type='kvm'>
          <name>{Name}</name>
          <uuid>8f3c1a52-6f0e-4f0b-9a7e-2f6d1c9b0a11</uuid>
          {Metadata}
          <memory unit='KiB'>{MemoryGiB << 20}</memory>
          <currentMemory unit='KiB'>{(CurrentGiB ?? MemoryGiB) << 20}</currentMemory>
          <memoryBacking>{MemoryBacking}</memoryBacking>
          <vcpu placement='static'>8</vcpu>
          <os>
            <type arch='x86_64' machine='{Machine}'>hvm</type>
            {Loader}
            <boot dev='hd'/>
          </os>
          <features><acpi/><apic/><hyperv mode='custom'><relaxed state='on'/></hyperv></features>
          <cpu mode='host-passthrough' check='none' migratable='on'/>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='block' device='disk'>
              <source dev='/dev/vg0/{Name}'/>
              <target dev='vda' bus='virtio'/>
              <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
            </disk>
            {string.Join("\n    ", Devices)}
            <video><model type='{Video}'/></video>
            <memballoon model='virtio'>
              <address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/>
            </memballoon>
          </devices>
        </domain>

        """;

    private string Metadata => LibosinfoId is null
        ? ""
        : $"<metadata><libosinfo:libosinfo xmlns:libosinfo=\"http://libosinfo.org/xmlns/libvirt/domain/1.0\"><libosinfo:os id=\"{LibosinfoId}\"/></libosinfo:libosinfo></metadata>";
}
