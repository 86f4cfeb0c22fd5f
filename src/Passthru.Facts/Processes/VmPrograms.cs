namespace Passthru.Facts.Processes;

/// <summary>The programs that run virtual machines with devices of the host.</summary>
internal static class VmPrograms
{
    /// <summary>TASK_COMM_LEN without its NUL, include/linux/sched.h.</summary>
    private const int LongestName = 15;

    private static readonly string[] Programs = ["kvm", "qemu", "qemu-kvm", "cloud-hypervisor", "crosvm", "firecracker", "lkvm", "stratovirt"];

    /// <summary>QEMU for a kind of processor (<c>qemu-system-x86_64</c>), or one of the others; not <c>qemu-img</c> or <c>qemu-nbd</c>.</summary>
    public static bool Runs(string program) =>
        program.StartsWith("qemu-system-", StringComparison.Ordinal) || Programs.Contains(program);

    /// <summary>
    /// A process of that name is worth a look at its command line. QEMU may name itself (<c>-name process=</c>, of which libvirt
    /// makes <c>qemu:NAME</c>), and wrappers of NixOS put a dot before the name.
    /// </summary>
    public static bool MayRun(string name) =>
        name.AsSpan().TrimStart('.').StartsWith("qemu") || Programs.Any(program => program[..Math.Min(program.Length, LongestName)] == name);
}
