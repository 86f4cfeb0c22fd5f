using System.Text;
using CsCheck;
using Passthru.Facts.Processes;
using Passthru.Facts.Processes.Traits;

namespace Passthru.Tests.Facts.Processes;

public sealed class VmCommandLineTests
{
    [Theory]
    [InlineData("/usr/bin/kvm|-id|110|-name|win11,debug-threads=on|-no-shutdown", "110", "win11")]
    [InlineData("/usr/bin/kvm|-id|9000|-name|a b", "9000", "a b")]
    [InlineData("/usr/bin/qemu-system-x86_64|-name|guest=win10,debug-threads=on|-S", null, "win10")]
    [InlineData("/usr/libexec/qemu-kvm|--name|debug-threads=on,guest=db-1", null, "db-1")]
    [InlineData("qemu-system-x86_64|-name|guest=a,,b,process=x", null, "a,b")]
    [InlineData("qemu-system-x86_64|-name|guest=a=b", null, "a=b")]
    [InlineData("qemu-system-x86_64|-name|process=x", null, null)]
    [InlineData("qemu-system-x86_64|-name|one|-name|two", null, "two")]
    [InlineData("qemu-system-x86_64|-name", null, null)]
    [InlineData("qemu-system-x86_64|-id|", "", null)]
    [InlineData("qemu-system-x86_64", null, null)]
    [InlineData("/usr/bin/cloud-hypervisor|--name|x|--id|7", null, null)]
    [InlineData("firecracker|--id|web-1|--api-sock|/run/fc.sock", null, "web-1")]
    [InlineData("crosvm|run|--name=c1|vmlinux", null, "c1")]
    public void Number_and_name_are_options(string line, string? id, string? name)
    {
        var command = Of(line.Split('|'));
        Assert.Equal((id, name), (command.VmId, command.Name));
    }

    [Theory]
    [InlineData("qemu-system-x86_64|-device|vfio-pci,host=0000:01:00.0,id=hostpci0.0|-device|vfio-pci,host=0000:01:00.1", "0000:01:00.0 0000:01:00.1")]
    [InlineData("qemu-system-x86_64|-device|{\"driver\":\"vfio-pci\",\"host\":\"0000:0a:00.0\",\"id\":\"hostdev0\"}", "0000:0a:00.0")]
    [InlineData("qemu-system-x86_64|-device|vfio-pci,sysfsdev=/sys/bus/pci/devices/10000:e1:00.0", "10000:e1:00.0")]
    [InlineData("qemu-system-x86_64|-device|vfio-pci,host=01:00.0|-device|vfio-pci,host=01:00.0", "0000:01:00.0")]
    [InlineData("qemu-system-x86_64|-device|virtio-net-pci,netdev=n0", "")]
    [InlineData("qemu-system-x86_64|-readconfig|/etc/vm.cfg", null)]
    [InlineData("cloud-hypervisor|--api-socket|/run/ch.sock|--device|path=/sys/bus/pci/devices/0000:01:00.0/,iommu=on|path=/sys/bus/pci/devices/0000:02:00.0", "0000:01:00.0 0000:02:00.0")]
    [InlineData("cloud-hypervisor|--device=path=/sys/bus/pci/devices/0000:01:00.0/", "0000:01:00.0")]
    [InlineData("cloud-hypervisor|--api-socket|/run/ch.sock", null)]
    [InlineData("cloud-hypervisor|--device|path=/sys/bus/pci/devices/", null)]
    [InlineData("cloud-hypervisor|--device|path=/sys/bus/pci/devices/../../x", null)]
    [InlineData("crosvm|run|--vfio|/sys/bus/pci/devices/0000:65:00.0,iommu=viommu|vmlinux", "0000:65:00.0")]
    [InlineData("firecracker|--api-sock|/run/fc.sock", null)]
    [InlineData("cloud-hypervisor|--device|path=/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/,id=gpu", "0000:01:00.0")]
    [InlineData("lkvm|run|--vfio-pci|0000:01:00.0", "0000:01:00.0")]
    [InlineData("lkvm|run|--vfio-pci=01:00.1", "0000:01:00.1")]
    [InlineData("stratovirt|-device|vfio-pci,host=0000:01:00.0,id=x", "0000:01:00.0")]
    [InlineData("", null)]
    public void Functions_are_those_the_line_names(string line, string? functions)
    {
        var named = Of(line.Split('|')).Functions;

        Assert.Equal(functions, named is { } some ? string.Join(' ', some) : null);
    }

    [Theory]
    [InlineData("qemu-system-x86_64", "qemu-system-x86", true)]
    [InlineData("qemu-system-aarch64", "qemu-system-aar", true)]
    [InlineData("qemu-system-x86_64", "qemu:win11", true)]
    [InlineData("qemu-system-x86_64", ".qemu-system-x8", true)]
    [InlineData("kvm", "kvm", true)]
    [InlineData("qemu-kvm", "qemu-kvm", true)]
    [InlineData("cloud-hypervisor", "cloud-hyperviso", true)]
    [InlineData("crosvm", "crosvm", true)]
    [InlineData("firecracker", "firecracker", true)]
    [InlineData("kvm-nx-lpage-recovery-113", "kvm-nx-lpage-re", false)]
    [InlineData("vhost-4711", "vhost-4711", false)]
    [InlineData("bash", "bash", false)]
    [InlineData("systemd", "systemd", false)]
    [InlineData("dpdk-testpmd", "dpdk-testpmd", false)]
    [InlineData("", "", false)]
    public void Programs_of_machines_are_known_by_both_their_names(string program, string name, bool runs)
    {
        Assert.Equal(runs, VmPrograms.MayRun(name));
        Assert.Equal(runs, VmPrograms.Runs(program));
    }

    [Theory]
    [InlineData("qemu-img")]
    [InlineData("qemu-nbd")]
    [InlineData("qemu-ga")]
    [InlineData("qemu-bridge-helper")]
    [InlineData("sh")]
    public void A_tool_of_QEMU_is_no_machine(string program) => Assert.False(VmPrograms.Runs(program));

    [Theory]
    [InlineData("", 0)]
    [InlineData("\n", 0)]
    [InlineData("\0", 0)]
    [InlineData("a\0", 1)]
    [InlineData("a\0b", 2)]
    [InlineData("a\0\0b\0", 3)]
    [InlineData("a\0b\0\n", 2)]
    public void Arguments_end_with_a_NUL(string text, int count) => Assert.Equal(count, CommandLine.Split(Encoding.UTF8.GetBytes(text)).Count);

    [Fact]
    public void Any_bytes_are_taken_and_no_function_is_made_up() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        foreach (var program in (string[])["kvm\0", "cloud-hypervisor\0", ""])
        {
            var line = Of(CommandLine.Split([.. Encoding.UTF8.GetBytes(program), .. bytes]));
            Assert.Empty(line.Functions ?? []);
            _ = (line.Name, line.VmId);
        }
    });

    [Fact]
    public void A_name_comes_back_however_it_is_written() => Gen.String[Gen.Char["ab=,. -\\\"é"], 1, 30].Sample(name =>
        Assert.Equal(name, Of(["kvm", "-name", $"guest={name.Replace(",", ",,", StringComparison.Ordinal)},debug-threads=on"]).Name));

    private static VmCommandLine Of(IReadOnlyList<string> arguments) => new(Path.GetFileName(arguments is [var first, ..] ? first : ""), arguments);
}
