using Passthru.Facts.KernelLog;

namespace Passthru.Tests.Facts.KernelLog;

/// <summary>Every wording, as kernels print it, and what looks like one and is none.</summary>
public sealed class KernelWordingsTests
{
    [Theory]
    [MemberData(nameof(WordingTable.Rows), MemberType = typeof(WordingTable))]
    public void A_wording_is_an_event(string kernels, string expected, string record)
    {
        Assert.NotEmpty(kernels);
        Assert.Equal([expected], Logged.Events(Logged.Tally(Logged.Records(record))));
    }

    /// <summary>A link that goes down is an error of its port, too.</summary>
    [Theory]
    [InlineData("pcieport 0000:00:07.0: pciehp: Slot(5): Link Down")]
    [InlineData("pcieport 0000:00:07.0: pciehp: Slot(0-1): Link Down")]
    [InlineData("pcieport 0000:00:07.0: retraining failed")]
    public void A_link_that_goes_down_is_two_events(string record) =>
        Assert.Equal(["PortError 0000:00:07.0 1", "LinkDown 0000:00:07.0 1"], Logged.Events(Logged.Tally(Logged.Records(record))));

    [Theory]
    [InlineData("DMAR: DRHD: handling fault status reg 2")]
    [InlineData("DMAR: IOMMU enabled")]
    [InlineData("DMAR: Invalidation Time-out Error (ITE) cleared")]
    [InlineData("DMAR: QI PRIOR: Device-TLB Invalidation qw0 = 0x5300530000000003, qw1 = 0x0")]
    [InlineData("AMD-Vi: Event logged [")]
    [InlineData("IO_PAGE_FAULT device=05:00.0 domain=0x0012 address=0x00000000ff6101b0 flags=0x0070]")]
    [InlineData("x2apic: IRQ remapping doesn't support X2APIC mode")]
    [InlineData("DMAR-IR: x2apic is disabled because BIOS sets x2apic opt out bit.")]
    [InlineData("DMAR-IR: Enabled IRQ remapping in xapic mode")]
    [InlineData("AMD-Vi: Interrupt remapping enabled")]
    [InlineData("vfio-pci 0000:01:00.0: not ready 1023ms after FLR; waiting")]
    [InlineData("vfio-pci 0000:01:00.0: ready 4095ms after FLR")]
    [InlineData("vfio-pci 0000:01:00.0: resetting")]
    [InlineData("vfio-pci 0000:01:00.0: reset done")]
    [InlineData("vfio-pci 0000:01:00.0: AMD_NAVI10: reset result = 0")]
    [InlineData("vfio-pci 0000:01:00.0: AMD_NAVI10: mode1 reset succeeded")]
    [InlineData("amdgpu 0000:28:00.0: Ring gfx_0.0.0 reset failed")]
    [InlineData("pci 0000:05:00.0: Unsupported reset method 'device_specific'")]
    [InlineData("vfio-pci 0000:01:00.0: Refused to change power state from D0 to D3hot")]
    [InlineData("vfio-pci 0000:01:00.0: refused to change power state from D0 to D3hot")]
    [InlineData("vfio-pci 0000:01:00.0: Refused to change power state, currently in D0")]
    [InlineData("vfio-pci 0000:01:00.0: vfio_ecap_init: hiding ecap 0x1e@0x258")]
    [InlineData("vfio-pci 0000:01:00.0: No more image in the PCI ROM")]
    [InlineData("pci 0000:00:1c.0: BAR 13: can't assign; no space")]
    [InlineData("pci 0000:00:02.0: vgaarb: setting as boot VGA device")]
    [InlineData("pcieport 0000:00:1c.0: AER: Corrected error received: 0000:01:00.0")]
    [InlineData("pcieport 0000:00:1c.0: AER: Correctable error message received from 0000:01:00.0")]
    [InlineData("pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)")]
    [InlineData("pcieport 0000:00:1c.0: AER: device recovery successful")]
    [InlineData("nvme 0000:01:00.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Transaction Layer, (Requester ID)")]
    [InlineData("pcieport 0000:00:07.0: pciehp: Slot(5): Card not present")]
    [InlineData("pcieport 0000:00:07.0: pciehp: Slot(5): Link Up")]
    [InlineData("nvme nvme0: controller is down; will reset: CSTS=0x3, PCI_STATUS=0x10")]
    [InlineData("NVRM: Xid (PCI:0000:44:00): 31, pid=4711, name=GPU has fallen , Ch 00000008")]
    [InlineData("genirq: Flags mismatch irq 16. 00000080 (i801_smbus) vs. 00000000 (snd_hda_intel)")]
    [InlineData("ACPI: FACS 0x00000000BD6F1080 000040")]
    public void What_only_looks_like_one_is_none(string record) => Assert.Empty(Logged.Tally(Logged.Records(record)).Events);

    /// <summary>
    /// The kernel quotes words of users: names of processes (15 characters) and files, of USB and input devices, of control groups.
    /// </summary>
    [Theory]
    [InlineData("vfio-pci 0000:0[4711]: segfault at 0 ip 0 sp 0 error 4 in not ready 65535ms after FLR; giving up[400000+1000]")]
    [InlineData("DMAR: [DMA Read[4711]: segfault at 0 ip 0 sp 0 error 4 in ] Request device [01:00.0] fault addr 0[400000+1000]")]
    [InlineData("traps: AMD-Vi: Event l[4711] general protection fault in Event logged [IO_PAGE_FAULT device=01:00.0 domain=0[400000+1000]")]
    [InlineData("arm-smmu-v3 a: [4711]: segfault at 0 ip 0 in arm-smmu-v3 a: event: F client: 0000:01:00.0 [400000+1000]")]
    [InlineData("NVRM: Xid (PCI:[4711]: segfault at 0 ip 0 sp 0 error 4 in 0000:01:00): 79, [400000+1000]")]
    [InlineData("usb 1-1: Product: vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up")]
    [InlineData("usb 1-1: Manufacturer: DMAR: [DMA Read NO_PASID] Request device [01:00.0] fault addr 0x0")]
    [InlineData("input: 0000:01:00.0: not ready 65535ms after FLR; giving up as /devices/pci0000:00/0000:00:14.0/usb1/input/input7")]
    [InlineData("hid-generic 0003:046D:C31C.0001: input,hidraw0: USB HID v1.11 Keyboard [AMD-Vi: Completion-Wait loop timed out] on usb-0000:00:14.0-1")]
    [InlineData("oom-kill:constraint=CONSTRAINT_MEMCG,task_memcg=/user/vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up,task=x")]
    [InlineData("scsi 6:0:0:0: Direct-Access     vfio-pci 0000:01:00.0: HC died; cleaning up PQ: 0 ANSI: 6")]
    [InlineData("x: RLIMIT_MEML[4711]: segfault at 0 in vfio_pin_pages_remote: RLIMIT_MEMLOCK (1) exceeded[400000+1000]")]
    public void Words_of_users_are_no_events(string record) => Assert.Empty(Logged.Tally(Logged.Records(record)).Events);

    [Fact]
    public void Of_two_records_about_one_fault_of_Arm_one_counts()
    {
        const string header = "arm-smmu-v3 arm-smmu-v3.3.auto: event 0x10 received:";

        Assert.Equal(["DmaFault - 1"], Logged.Events(Logged.Tally(Logged.Records(header, priority: 6))));
        Assert.Equal(
            ["DmaFault 0002:01:00.0 1"],
            Logged.Events(Logged.Tally(Logged.Records($"{header}\narm-smmu-v3 arm-smmu-v3.3.auto: event: F_TRANSLATION client: 0002:01:00.0 sid: 0x100", priority: 3))));
    }

    [Theory]
    [InlineData("dmar_fault: 7702 callbacks suppressed", "DmaFault 7702")]
    [InlineData("amd_iommu_report_page_fault: 96 callbacks suppressed", "DmaFault 96")]
    [InlineData("arm_smmu_evtq_thread: 8 callbacks suppressed", "DmaFault 8")]
    [InlineData("pci_raw_set_power_state: 3 callbacks suppressed", "PowerStuck 3")]
    [InlineData("arm-smmu-v3 arm-smmu-v3.5.auto: EVTQ overflow detected -- events lost", "DmaFault 1")]
    [InlineData("net_ratelimit: 12 callbacks suppressed", null)]
    [InlineData("dmar_fault: many callbacks suppressed", null)]
    [InlineData("usb 1-1: Product: dmar_fault: 7702 callbacks suppressed", null)]
    public void What_the_kernel_held_back_is_counted_as_what_it_would_have_been(string record, string? expected)
    {
        var facts = Logged.Tally(Logged.Records(record));

        Assert.Empty(facts.Events);
        Assert.Equal(expected is null ? [] : [expected], facts.Suppressed.Select(held => $"{held.Kind} {held.Count}"));
    }

    [Fact]
    public void Every_wording_has_an_example()
    {
        var records = WordingTable.Rows.SelectMany(row => row.Data.Item3.Split('\n')).Append("pcieport 0000:00:07.0: pciehp: Slot(5): Link Down")
            .Append("pcieport 0000:00:07.0: retraining failed").Append("arm-smmu-v3 arm-smmu-v3.3.auto: event 0x10 received:");
        var shown = records.SelectMany(record => new uint[] { 3, 6 }.Select(level => Wording(level, record))).OfType<KernelWording>().ToHashSet();

        Assert.Empty(KernelWordings.All.Except(shown).Select(wording => wording.Wording));
    }

    [Fact]
    public void Every_kind_has_a_wording_and_a_word()
    {
        var kinds = Enum.GetValues<KernelEventKind>();

        Assert.Equal(kinds.ToHashSet(), KernelWordings.All.Select(wording => wording.Kind).ToHashSet());
        Assert.Equal(kinds.Length, kinds.Select(kind => kind.Word()).Distinct().Count());
    }

    [Theory]
    [InlineData(nameof(BootLogs.Intel))]
    [InlineData(nameof(BootLogs.Amd))]
    [InlineData(nameof(BootLogs.Arm))]
    [InlineData(nameof(BootLogs.WithoutIommu))]
    [InlineData(nameof(BootLogs.VirtualMachineOverItsLife))]
    [InlineData(nameof(BootLogs.AlarmingAndHarmless))]
    public void A_healthy_machine_has_no_events(string log) =>
        Assert.Empty(Logged.Tally(Logged.Records((string)typeof(BootLogs).GetField(log)!.GetValue(null)!)).Events);

    private static KernelWording? Wording(uint level, string record)
    {
        var named = default(Named);
        return KernelWordings.Match(level, System.Text.Encoding.ASCII.GetBytes(record), ref named);
    }
}
