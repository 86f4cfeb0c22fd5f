namespace Passthru.Facts.Processes.Traits;

/// <summary>
/// The programs that are known to run VMs with devices of the host. A list to look at first and to name by: whether a process runs a
/// VM is the kernel's word, an open <c>anon_inode:kvm-vm</c>.
/// </summary>
public static class VmPrograms
{
    /// <summary>TASK_COMM_LEN without its NUL, include/linux/sched.h.</summary>
    public const int LongestKernelName = 15;

    private static readonly string[] Programs =
        ["kvm", "qemu", "qemu-kvm", "cloud-hypervisor", "crosvm", "firecracker", "lkvm", "kvmtool", "openvmm", "stratovirt", "dragonball", "containerd-shim-kata-v2"];

    /// <summary>QEMU for a kind of processor (<c>qemu-system-x86_64</c>), or one of the others; not <c>qemu-img</c> or <c>qemu-nbd</c>.</summary>
    public static bool Runs(string program) => IsQemu(program) || Programs.Contains(program);

    public static bool IsQemu(string program) =>
        program.StartsWith("qemu-system-", StringComparison.Ordinal) || program is "kvm" or "qemu" or "qemu-kvm";

    /// <summary>
    /// A process of that name is worth a look at its command line. QEMU may name itself (<c>-name process=</c>, of which libvirt
    /// makes <c>qemu:NAME</c>), and wrappers of NixOS put a dot before the name. Every container of containerd has a shim, and
    /// one that holds nothing is no VM with a device.
    /// </summary>
    public static bool MayRun(string name) =>
        name.AsSpan().TrimStart('.').StartsWith("qemu")
        || Programs.Any(program => program != "containerd-shim-kata-v2" && program.AsSpan(0, Math.Min(program.Length, LongestKernelName)).SequenceEqual(name));
}
