using System.Globalization;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Processes.Traits;

/// <summary>A process by its number, and the name that the kernel has for it. Source: <c>/proc/PID/comm</c>, 15 characters.</summary>
/// <param name="Pid">The number in its directory's name.</param>
/// <param name="Name">Null: gone meanwhile, or a fixture without that file.</param>
internal readonly record struct HostProcess(int Pid, string? Name)
{
    /// <summary>Every process that is listed, with one small read each.</summary>
    public static IReadOnlyList<HostProcess> Listed(HostReader files) =>
        files.In("proc", proc => (IReadOnlyList<HostProcess>)
            [.. (proc.Names("") ?? []).Select(Number).OfType<int>().Order().Select(pid => new HostProcess(pid, proc.Text($"{pid}/comm")))]);

    /// <summary>
    /// Those listed are all there are. With hidepid=2 those of other users are not even listed (proc_pid_readdir in
    /// fs/proc/base.c), and in a container only its own are, so that all are seen is known only from the kernel's own process. A
    /// fixture may list virtual machines and nothing else, where a live procfs has at least a <c>self</c>.
    /// </summary>
    public static bool AreAllListed(HostReader files, IReadOnlyList<HostProcess> listed) =>
        files.WithOwnIssues().Text("proc/2/comm") == "kthreadd"
        || (listed.Count > 0 && listed[0].Pid > 1 && files.WithOwnIssues().Link("proc/self") is null && files.WithOwnIssues().Exists("proc/self/ns") == false);

    private static int? Number(string name) =>
        name[0] is >= '1' and <= '9' && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
}
