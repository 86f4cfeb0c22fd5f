using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Vms;

public sealed class IncusReaderTests
{
    private const string Config = """
        # Machine
        [machine]
        type = "q35"
        accel = "kvm"

        # GPU card ("gpu0" device)
        [device "dev-incus_gpu0"]
        addr = "00.0"
        bus = "qemu_pcie5"
        driver = "vfio-pci"
        host = "0000:01:00.0"
        """;

    [Fact]
    public void A_VM_that_runs_has_a_configuration_and_a_process()
    {
        var vm = Assert.Single(Vms(new FakeTree().With("run/incus/web/qemu.conf", Config).With("run/incus/web/qemu.pid", "4711\n").With("run/incus/unix.socket", ""))!);
        Assert.Equal(("web", 4711, true, "q35", Chipset.Q35), (vm.Id, vm.Pid, vm.ManagerSaysRunning, vm.Machine, vm.Chipset));
        var device = Assert.Single(vm.Devices);
        Assert.Equal(("gpu0", ExpectationTime.WhileRunning, "0000:01:00.0"), (device.Slot, device.When, Assert.Single(Assert.Single(device.Choices).Functions).Address.ToString()));
    }

    [Fact]
    public void Containers_and_sockets_are_no_VMs() =>
        Assert.Empty(Vms(new FakeTree().With("run/incus/box/lxc.conf", "").With("run/incus/unix.socket", ""))!);

    [Fact]
    public void Without_its_directory_there_is_no_Incus() => Assert.Null(Vms(new FakeTree()));

    [Fact]
    public void A_configuration_that_is_refused_is_told()
    {
        var files = new FakeTree().Refusing("run/incus/web/qemu.conf", Errno.AccessDenied);
        Assert.False(Read.Facts(files.With("run/incus/web/qemu.pid", "4711\n")).Collectors.Single(run => run.Collector == Collector.Incus).Succeeded);
    }

    private static IReadOnlyList<Vm>? Vms(FakeTree files) =>
        Read.Facts(files).Managers.Single(section => section.Manager.Name == "incus").Vms is { } vms ? [.. vms] : null;
}
