using Passthru.Facts.Processes.Traits;

namespace Passthru.Tests.Facts.Processes;

public sealed class ControlGroupTests
{
    [Theory]
    [InlineData("0::/qemu.slice/110.scope\n", "110.scope")]
    [InlineData("0::/machine.slice/machine-qemu\\x2d1\\x2dwin.scope/libvirt/emulator\n", "machine-qemu\\x2d1\\x2dwin.scope")]
    [InlineData("0::/system.slice/libvirtd.service\n", "libvirtd.service")]
    [InlineData("0::/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-virt-312.scope\n", "user@1000.service")]
    [InlineData("0::/user.slice/user-1000.slice/session-4.scope\n", "session-4.scope")]
    [InlineData("0::/init.scope\n", "init.scope")]
    [InlineData("0::/../../machine.slice/machine-qemu\\x2d2\\x2da.scope/emulator\n", "machine-qemu\\x2d2\\x2da.scope")]
    [InlineData("12:cpuset:/machine.slice/machine-qemu\\x2d1\\x2da.scope/emulator\n1:name=systemd:/machine.slice/machine-qemu\\x2d1\\x2da.scope\n0::/\n", "machine-qemu\\x2d1\\x2da.scope")]
    [InlineData("11:memory:/qemu.slice/100.scope\n1:name=systemd:/qemu.slice/100.scope\n0::/qemu.slice/100.scope\n", "100.scope")]
    [InlineData("4:cpu,cpuacct:/\n1:name=systemd:/system.slice/a:b.service\n", "a:b.service")]
    [InlineData("4:cpu,cpuacct:/system.slice/x.service\n", null)]
    [InlineData("0::/\n", null)]
    [InlineData("0::/lxc/101/ns/system.slice/ssh.service\n", null)]
    [InlineData("0::/user.slice\n", null)]
    [InlineData("0::/not-a-unit/110.scope\n", null)]
    [InlineData("0:\n::\n:::\nx\n", null)]
    [InlineData("", null)]
    public void The_unit_is_what_comes_behind_the_slices(string text, string? unit) => Assert.Equal(unit, ControlGroup.Parse(text).Unit);

    [Theory]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n", 1000u)]
    [InlineData("0::/user.slice/user-.slice\n", null)]
    [InlineData("0::/qemu.slice/110.scope\n", null)]
    [InlineData("", null)]
    public void The_slice_tells_the_user(string text, uint? user) => Assert.Equal(user, ControlGroup.Parse(text).User);
}
