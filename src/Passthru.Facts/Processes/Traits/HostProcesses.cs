using Passthru.Facts.Reading;

namespace Passthru.Facts.Processes.Traits;

/// <summary>
/// Whether procfs shows the host or a container. Mounts and routes are those of process 1, and in a container that is the
/// container's: its disks and its way out are then all there is to see, and nothing can be said of the others.
/// </summary>
internal static class HostProcesses
{
    /// <summary>PROC_PID_INIT_INO, include/linux/proc_ns.h: the number of the first PID namespace of every kernel.</summary>
    private const string FirstNamespace = "pid:[4026531836]";

    /// <summary>
    /// The kernel's second process is kthreadd (rest_init in init/main.c), and no container has it; where processes of others
    /// are hidden (hidepid), the namespace of this one tells.
    /// </summary>
    public static bool AreSeen(HostReader files) =>
        files.Text("proc/2/comm") == "kthreadd" || files.Link("proc/self/ns/pid") == FirstNamespace;
}
