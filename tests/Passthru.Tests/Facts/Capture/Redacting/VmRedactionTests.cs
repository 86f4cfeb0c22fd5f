using System.Text;
using CsCheck;
using Passthru.Facts.Capture;
using Passthru.Facts.Capture.Redacting;
using Passthru.Facts.Processes;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Vms.Libvirt;
using Passthru.Facts.Vms.Managers;
using Passthru.Facts.Vms.Proxmox;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Capture.Redacting;

public sealed class VmRedactionTests
{
    [Fact]
    public void Of_a_machine_of_Proxmox_only_what_is_read_stays() =>
        Assert.Equal(
            """
            args: -device vfio-pci,host=0000:05:00.0
            bios: ovmf
            cipassword: redacted
            cores: redacted
            hostpci0: 0000:01:00,pcie=1,x-vga=1
            memory: 8192
            name: gaming
            net0: redacted
            scsi0: local-lvm:vm-100-disk-0
            smbios1: redacted
            sshkeys: redacted
            redacted

            """,
            Redacted(
                "etc/pve/qemu-server/100.conf",
                """
                # the admin password is 1234
                #another
                args: -device vfio-pci,host=05:00.0 -object secret,id=s,data=topsecret
                bios: ovmf
                cipassword: $5$abc
                cores: 8
                hostpci0: 0000:01:00,pcie=1,x-vga=1
                memory: 8192
                name: gaming
                net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0
                scsi0: local-lvm:vm-100-disk-0,serial=SECRET
                smbios1: uuid=1b2c3d4e-0000-1111-2222-333344445555
                sshkeys: ssh-ed25519%20AAAA
                a line that is none: of theirs

                [snapshot]
                name: before
                parent: secret
                """));

    [Fact]
    public void What_is_pending_and_when_it_starts_stays_and_hooks_are_not_named() =>
        Assert.Equal(
            "onboot: 1\nstartup: order=2\nhookscript: redacted\n\n[PENDING]\ndelete: hostpci1\nhostpci0: 0000:02:00.0\ncipassword: redacted\n",
            Redacted(
                "etc/pve/qemu-server/100.conf",
                "onboot: 1\nstartup: order=2\nhookscript: local:snippets/secret.sh\n\n[PENDING]\n#secret\ndelete: hostpci1\nhostpci0: 0000:02:00.0\ncipassword: $5$abc\n\n[snapshot]\nhostpci0: 0000:03:00.0\n"));

    [Fact]
    public void Of_the_HA_manager_only_VMs_and_their_states() =>
        Assert.Equal(
            "vm: 100\n\tstate stopped\n",
            Redacted("etc/pve/ha/resources.cfg", "vm: 100\n\tcomment secret\n\tgroup secret\n\tstate stopped\n"));

    [Fact]
    public void Of_mappings_only_where_things_are() =>
        Assert.Equal(
            "lan\n\tmdev 1\n\tmap node=pve,id=8086:1533,path=0000:03:00.0,iommugroup=13\n\tmap redacted\n\tmap redacted=1\n",
            Redacted("etc/pve/mapping/pci.cfg", "# note\nlan\n\tdescription owned by Jane\n\tmdev 1\n\tmap id=8086:1533,iommugroup=13,node=pve,path=0000:03:00.0,description=x\n\tmap nonsense\n\n\tmap description=y\n"));

    [Fact]
    public void Of_a_domain_no_disk_no_network_address_and_no_password()
    {
        var kept = Redacted("etc/libvirt/qemu/win11.xml", Domain);
        Assert.All(["uuid-1", "52:54:00", "topsecret", "win11.qcow2", "win11.fd", "desc of", "a comment", "vmnet0", "fw_cfg"], secret => Assert.DoesNotContain(secret, kept, StringComparison.Ordinal));
        Assert.Equal(Facts(Domain), Facts(kept));
        Assert.Equal("http://microsoft.com/win/11", Tree(kept).Down("metadata", "{http://libosinfo.org/xmlns/libvirt/domain/1.0}libosinfo", "{http://libosinfo.org/xmlns/libvirt/domain/1.0}os")?["id"]);
        Assert.Equal(["hostdev0 0000:05:00.0 WhileRunning", "disk1 0000:06:00.0 WhileRunning", "commandline 0000:07:00.0 Always"], Vms.Libvirt.Lines(Vms.Libvirt.One(Vms.Libvirt.With("win11", kept)).Devices));
    }

    [Fact]
    public void What_is_no_domain_stays_none() => Assert.False(XmlTree.TryParse(Redacted("run/libvirt/qemu/x.xml", "<domain><name>x</name>"), out _, out _));

    [Theory]
    [InlineData("/usr/bin/kvm|-id|100|-name|gaming,debug-threads=on|-drive|file=/secret|-device|virtio-net-pci,mac=BC:24:11:00:00:00|-device|vfio-pci,host=0000:01:00.0,id=hostpci0",
        "/usr/bin/kvm|-id|100|-name|guest=gaming|-device|vfio-pci,host=0000:01:00.0|")]
    [InlineData("/usr/bin/qemu-system-x86_64|-name|guest=a,,b|-object|secret,file=/var/lib/libvirt/qemu/domain-1-a/key|-device|virtio-net-pci",
        "/usr/bin/qemu-system-x86_64|-name|guest=a,,b|/var/lib/libvirt/qemu/|/libvirt/qemu/|-device|redacted|")]
    [InlineData("/usr/bin/qemu-system-x86_64|-readconfig|/x", "/usr/bin/qemu-system-x86_64|-readconfig|/x|")]
    [InlineData("cloud-hypervisor|--kernel|/secret|--device|path=/sys/bus/pci/devices/0000:01:00.0/,id=x", "cloud-hypervisor|/sys/bus/pci/devices/0000:01:00.0|")]
    [InlineData("/opt/backup/run|--password=1234", "run|")]
    [InlineData("kvm|-device|-id|-name", "kvm|-device|redacted|")]
    [InlineData("", "|")]
    public void Of_a_command_line_who_it_is_and_what_it_takes(string line, string kept)
    {
        var redacted = Redacted("proc/4711/cmdline", line.Replace('|', '\0'));
        Assert.Equal(kept, redacted.Replace('\0', '|'));
        Assert.Equal(Kept(line), Kept(redacted.Replace('\0', '|')));
    }

    [Theory]
    [InlineData(2, "kthreadd", "kthreadd")]
    [InlineData(1, "systemd", "redacted")]
    [InlineData(100, "kvm", "kvm")]
    [InlineData(101, "qemu:win11", "qemu:win11")]
    [InlineData(102, "dpdk-testpmd", "dpdk-testpmd")]
    [InlineData(103, "janes-secret", "redacted")]
    public void Of_other_processes_not_even_the_name(int pid, string name, string kept) =>
        Assert.Equal(kept, Redacted($"proc/{pid}/comm", $"{name}\n", pids: [102]).Trim());

    [Theory]
    [InlineData("/dev/vfio/14", "/dev/vfio/14")]
    [InlineData("anon_inode:[vfio-device]", "anon_inode:[vfio-device]")]
    [InlineData("/home/jane/images/secret.qcow2", "redacted")]
    [InlineData("socket:[12345]", "redacted")]
    public void Of_open_files_those_of_VFIO(string target, string kept) => Assert.Equal(kept, new VmRedaction(null, new HashSet<int>()).Target("proc/100/fd/7", target));

    [Fact]
    public void A_machine_has_one_new_name_wherever_it_is_named()
    {
        var redaction = new VmRedaction(new Pseudonyms(), new HashSet<int>());
        string Of(string path, string text) => Encoding.UTF8.GetString(redaction.Content(path, Encoding.UTF8.GetBytes(text)));
        Assert.Equal("etc/libvirt/qemu/vm-1.xml", redaction.Path("etc/libvirt/qemu/web-1.xml"));
        Assert.Equal("run/libvirt/qemu/vm-1.pid", redaction.Path("run/libvirt/qemu/web-1.pid"));
        Assert.Equal("run/libvirt/qemu/driver.pid", redaction.Path("run/libvirt/qemu/driver.pid"));
        Assert.Equal("etc/libvirt/qemu/networks", redaction.Path("etc/libvirt/qemu/networks"));
        Assert.Equal("etc/libvirt/qemu/networks/pool.xml", redaction.Path("etc/libvirt/qemu/networks/pool.xml"));
        Assert.Contains("<name>vm-1</name>", Of("etc/libvirt/qemu/web-1.xml", "<domain><name>web-1</name></domain>"), StringComparison.Ordinal);
        Assert.Equal("name: vm-2\n", Of("etc/pve/nodes/pve/qemu-server/100.conf", "name: gaming\n"));
        Assert.Equal("kvm\0-id\0100\0-name\0guest=vm-2\0", Of("proc/9/cmdline", "kvm\0-id\0100\0-name\0gaming\0"));
        Assert.Equal("0::/machine.slice/machine-qemu\\x2d3\\x2dvm\\x2d1.scope\n", Of("proc/9/cgroup", "0::/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d1.scope\n"));
        Assert.Equal("qemu\n", Of("proc/9/comm", "qemu:web-1\n"));
    }

    [Fact]
    public void Any_text_is_understood_as_before()
    {
        var line = Gen.OneOf(
            Gen.String[Gen.Char["abn0:=,[# -\t\""], 0, 30],
            OneOf("name: x", "hostpci0: 01:00", "args: -device vfio-pci,host=1:0.0", "# x", "[pending]", "net0: a=b", "\u0001", "memory: 5"));
        line.Array[0, 8].Select(lines => string.Join('\n', lines)).Sample(
            text =>
            {
                var (was, now) = (ProxmoxConfig.Parse(text), ProxmoxConfig.Parse(Redacted("etc/pve/qemu-server/1.conf", text)));
                return was.IsNotConfig == now.IsNotConfig
                    && (was.FirstInvalidLine is null) == (now.FirstInvalidLine is null)
                    && Keys.All(key => (was[key] is null) == (now[key] is null))
                    && was["hostpci0"] == now["hostpci0"] && was["name"] == now["name"];
            },
            iter: 3000,
            threads: 1);
        Gen.String[Gen.Char["<>/ a='nm&;domain"], 0, 60].Sample(
            text => XmlTree.TryParse(text, out _, out _) == XmlTree.TryParse(Redacted("etc/libvirt/qemu/x.xml", text), out _, out _), iter: 3000, threads: 1);
        Gen.OneOf(OneOf("kvm", "-id", "-name", "guest=x", "-device", "vfio-pci,host=1:0.0", "--", ""), Gen.String[0, 20]).Array[0, 8].Sample(
            arguments => Kept(string.Join('|', arguments)) == Kept(Redacted("proc/5/cmdline", string.Join('\0', arguments).Replace('|', '\0')).Replace('\0', '|')), iter: 3000, threads: 1);
    }

    private static readonly string[] Keys = ["name", "hostpci0", "memory", "a", "b", "n"];

    private const string Domain = """
        <?xml version='1.0'?>
        <!-- a comment -->
        <domain type='kvm' id='3' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>win11</name>
          <uuid>uuid-1</uuid>
          <description>desc of Jane</description>
          <metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://microsoft.com/win/11'/></libosinfo:libosinfo></metadata>
          <memory unit='KiB'>8388608</memory>
          <currentMemory unit='KiB'>4194304</currentMemory>
          <os firmware='efi'><type arch='x86_64' machine='pc-q35-8.2'>hvm</type><nvram>/images/win11.fd</nvram></os>
          <devices>
            <disk type='file'><source file='/images/win11.qcow2'/></disk>
            <interface type='network'><mac address='52:54:00:00:00:01'/><source network='lan'/><target dev='vmnet0'/></interface>
            <hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x05' slot='0x00' function='0x0'/></source><rom file='/roms/x.rom'/></hostdev>
            <graphics type='vnc' passwd='topsecret'/>
            <video><model type='none'/></video>
            <disk type='nvme' device='disk'><source type='pci' managed='yes' namespace='1'><address domain='0x0000' bus='0x06' slot='0x00' function='0x0'/></source></disk>
          </devices>
          <qemu:commandline><qemu:arg value='-fw_cfg'/><qemu:arg value='opt/topsecret'/><qemu:arg value='-device'/><qemu:arg value='vfio-pci,host=07:00.0,id=x'/></qemu:commandline>
        </domain>
        """;

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Redacted(string path, string text, params IEnumerable<int> pids) =>
        Encoding.UTF8.GetString(new VmRedaction(null, pids.ToHashSet()).Content(path, Encoding.UTF8.GetBytes(text)));

    private static Element Tree(string text) => XmlTree.TryParse(text, out var root, out _) ? root : throw new FormatException(text);

    private static Passthru.Facts.Vms.Vm Facts(string text) => DomainFacts.From(new DomainFile("x", "win11", Tree(text), null), new StoragePools(new HostReader(new FakeTree(), ReadAttempt.Unlimited))) with { Devices = [] };

    /// <summary>All that the reader makes of a command line, where it is a virtual machine's.</summary>
    private static string Kept(string line)
    {
        var arguments = CommandLine.Split(Encoding.UTF8.GetBytes(line.Replace('|', '\0')));
        var program = arguments is [var first, ..] ? first[(first.LastIndexOf('/') + 1)..] : "";
        var told = new VmCommandLine(program, arguments);
        return VmPrograms.Runs(program)
            ? $"{program} {told.VmId} {told.Name} {(told.Functions is { } functions ? string.Join(',', functions) : "unknown")} "
                + string.Join(' ', VmManagers.All.SelectMany(manager => manager.Marks).Where(mark => line.Contains(mark, StringComparison.Ordinal)))
            : "none";
    }
}
