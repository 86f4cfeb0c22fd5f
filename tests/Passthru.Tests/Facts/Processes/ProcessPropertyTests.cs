using CsCheck;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Processes;

/// <summary>Whatever processes say of themselves: no exception, and nobody is accused.</summary>
public sealed class ProcessPropertyTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["/:-\n\0159afkvmqe=,.{}\""], 0, 200],
        Gen.String[0, 200],
        Gen.Byte.Array[0, 200].Select(System.Text.Encoding.Latin1.GetString));

    private static readonly PciFacts Pci = new()
    {
        Functions = [Some.Function("0000:01:00.0") with { Group = "14", EnableCount = 1, Driver = new PciDriver("vfio-pci", true) }],
    };

    private static readonly string[] Texts =
    [
        "proc/4242/comm", "proc/4242/cmdline", "proc/4242/cgroup", "proc/4242/fdinfo/22", "proc/900/comm", "proc/900/cmdline", "sys/module/vfio/refcnt",
    ];

    [Fact]
    public void Random_text_in_a_file_never_throws_and_names_no_device() =>
        Gen.Select(Gen.Int[0, Texts.Length - 1], Text).Sample(
            (which, text) =>
            {
                var facts = Read(Host().Text(Texts[which], text));

                Assert.All(facts.Holders, holder => Assert.Equal((4242, "14"), (holder.Pid, Assert.Single(holder.Groups))));
                Assert.All(facts.Holders.SelectMany(holder => holder.Functions), function => Assert.Equal(Some.Address("0000:01:00.0"), function));
                Assert.All(facts.Vms, vm => Assert.Subset(
                    new HashSet<PciAddress> { Some.Address("0000:01:00.0") }, (vm.Functions ?? []).ToHashSet()));
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Random_links_of_descriptors_hold_nothing() =>
        Gen.Select(Gen.String[0, 30], Text).Sample(
            (name, target) =>
            {
                var files = new FakeTree().With("proc/2/comm", "kthreadd\n").With("proc/77/comm", "worker\n").WithLink($"proc/77/fd/{name}", $"x{target}");
                var facts = ProcessReader.Read(new HostReader(files, ReadAttempt.Unlimited), Pci, HolderCache.Empty).Facts;

                Assert.Empty(facts.Holders);
                Assert.True(facts.HoldersComplete);
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Random_names_in_procfs_are_no_processes() => Text.Sample(
        name =>
        {
            var files = new FakeTree().With("proc/2/comm", "kthreadd\n").With($"proc/x{name}/comm", "kvm\n").With($"proc/0{name}/comm", "kvm\n");

            Assert.Empty(ProcessReader.Read(new HostReader(files, ReadAttempt.Unlimited), Pci, HolderCache.Empty).Facts.Vms);
        },
        iter: 300,
        threads: 1);

    private static HostTree Host()
    {
        var tree = new HostTree();
        new ProcessFiles(tree)
            .Process(4242, "/qemu.slice/110.scope", "/usr/bin/kvm", "-id", "110", "-device", "vfio-pci,host=0000:01:00.0")
            .Holds(4242, "14", device: "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0")
            .Process(900, "/system.slice/ssh.service", "/usr/sbin/sshd")
            .References(4);
        return tree;
    }

    private static ProcessFacts Read(HostTree tree) =>
        ProcessReader.Read(new HostReader(TreeFiles.Of(tree), ReadAttempt.Unlimited), Pci, HolderCache.Empty).Facts;
}
