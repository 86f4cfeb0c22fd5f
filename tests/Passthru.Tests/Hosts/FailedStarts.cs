using System.Globalization;
using static Passthru.Tests.Hosts.OwnedHost;
using static Passthru.Tests.Hosts.OwnedHosts;

namespace Passthru.Tests.Hosts;

/// <summary>A host of Proxmox VE and one of libvirt whose VMs did not start, each for another reason, with their logs.</summary>
internal static class FailedStarts
{
    private const int FirstVm = 100;
    private const long FirstStart = 1_764_300_600;

    private static readonly Dictionary<string, Func<HostTree>> Hosts = new()
    {
        ["starts-pve"] = () => With([new(Gpu, "vfio-pci"), new(Sound, "snd_hda_intel"), new(Nic, "vfio-pci", InUse: true)], Booted, Tasks),
        ["starts-libvirt"] = () => With([new(Gpu, "vfio-pci"), new(Sound, "vfio-pci")], Booted, Domains),
    };

    public static IEnumerable<string> Names => Hosts.Keys;

    public static HostTree Build(string name) => Hosts[name]();

    /// <summary>Up to three for each reason.</summary>
    public static IReadOnlyList<StartLogRow> Rows(bool ofProxmox) =>
        [.. StartLogRows.All.Where(row => row.IsOfProxmox == ofProxmox).GroupBy(row => row.Expected.Split(' ')[0]).SelectMany(reason => reason.Take(3))];

    private static void Booted(HostTree tree) => tree.Line("proc/stat", "btime 1764300000");

    /// <summary>
    /// VM 100 starts with the host and ran before; each has its own error as the last start. The last VM was stopped by a person in the
    /// middle of its start, and the one before has an error that nobody knows.
    /// </summary>
    private static void Tasks(HostTree tree)
    {
        var vms = new ProxmoxFiles(tree);
        var index = new List<string> { Task(tree, FirstVm, FirstStart - 60_000, "OK"), Task(tree, FirstVm, FirstStart, "OK") };
        foreach (var (number, row) in Rows(ofProxmox: true).Index())
        {
            var device = number == 0 ? Nic : Gpu;
            vms.Machine(FirstVm + number, [.. Linux, $"name: vm{FirstVm + number}", number == 0 ? "onboot: 1" : "onboot: 0", $"hostpci0: {device},pcie=1"]);
            var isQemus = row.Line.StartsWith("kvm: ", StringComparison.Ordinal);
            index.Add(Task(tree, FirstVm + number, FirstStart + 600 + number, isQemus ? "start failed: QEMU exited with code 1" : row.Line, isQemus ? row.Line : null));
        }

        var last = FirstVm + Rows(ofProxmox: true).Count;
        vms.Machine(last, [.. Linux, "name: unknown", $"hostpci0: {Gpu},pcie=1"]).Machine(last + 1, [.. Linux, "name: stopped", $"hostpci0: {Gpu},pcie=1"]).Write();
        index.Add(Task(tree, last, FirstStart + 1200, "start failed: command '/usr/bin/kvm -id 1 -object 'secret,id=s,data=topsecret'' failed: got timeout"));
        index.Add(Task(tree, last + 1, FirstStart + 1300, "OK"));
        index.Add(Task(tree, last + 1, FirstStart + 1400, "received interrupt"));
        tree.Text("var/log/pve/tasks/index", string.Join('\n', [.. index, ""])).Text("var/log/pve/tasks/active", "");
    }

    private static string Task(HostTree tree, int vm, long time, string status, string? output = null)
    {
        var upid = string.Create(CultureInfo.InvariantCulture, $"UPID:pve1:{vm:X8}:{time % 100_000:X8}:{time:X8}:qmstart:{vm}:root@pam:");
        tree.Text($"var/log/pve/tasks/{upid.Split(':')[4][^1]}/{upid}", $"{(output is null ? "" : output + "\n")}{(status == "OK" ? "TASK OK" : $"TASK ERROR: {status}")}\n");
        return $"{upid} {time + 5:X8} {status}";
    }

    /// <summary>The last domain starts in the end.</summary>
    private static void Domains(HostTree tree)
    {
        var libvirt = new LibvirtFiles(tree);
        foreach (var (number, row) in Rows(ofProxmox: false).Index())
        {
            var name = $"vm{number + 1}";
            libvirt.Defined(new FakeDomain(name) { Devices = [LibvirtFiles.Hostdev(Gpu), LibvirtFiles.Hostdev(Sound)] });
            tree.Text($"var/log/libvirt/qemu/{name}.log", Start(name, number, $"{row.Line}\n", "failed"));
        }

        libvirt.Defined(new FakeDomain("healed") { Devices = [LibvirtFiles.Hostdev(Gpu), LibvirtFiles.Hostdev(Sound)] });
        tree.Text("var/log/libvirt/qemu/healed.log", Start("healed", 40, "2025-11-28T03:00:00.000000Z qemu-system-x86_64: vfio 0000:05:00.0: group 15 is not viable\n", "failed") + Start("healed", 50, "", "shutdown"));
    }

    private static string Start(string name, int minute, string message, string end) => $"""
        2025-11-28 04:{minute:00}:00.123+0000: starting up libvirt version: 9.0.0, package: 9.0.0-4 (Debian), qemu version: 7.2.9Debian 1:7.2+dfsg-7+deb12u5, kernel: 6.8.12-4-pve, hostname: host
        /usr/bin/qemu-system-x86_64 \
        -name guest={name},debug-threads=on \
        -msg timestamp=on
        {message}2025-11-28 04:{minute:00}:01.003+0000: shutting down, reason={end}

        """;
}
