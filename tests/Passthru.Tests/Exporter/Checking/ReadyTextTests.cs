using Passthru.Exporter.Checking;
using Passthru.Exporter.Observing;
using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Vms.Starts;
using Passthru.Findings;
using Passthru.Findings.Ready;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Checking;

/// <summary>The checklist, line by line.</summary>
public sealed class ReadyTextTests
{
    private static readonly DateTimeOffset Booted = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("own-healthy", "100", "Pass Pass Unknown Unknown Unknown Pass Pass", 1)]
    [InlineData("starts-pve", "100", "Pass Pass Fail Unknown Unknown Pass Pass", 2)]
    [InlineData("bad-override", "100", "Pass Pass Unknown Unknown Unknown Fail Pass", 2)]
    public void A_host_is_asked_seven_things(string host, string vm, string states, int exit)
    {
        var ready = ReadyText.Of(Read.Observation(WrittenHosts.InMemory(host)), vm);

        Assert.Equal(states, string.Join(' ', Assert.Single(ready.Vms).Lines.Select(line => line.State)));
        Assert.Equal(exit, ready.ExitCode);
        Assert.Equal(8, ready.Render().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Without_a_VM_it_could_not_look() => Assert.Equal(3, ReadyText.Of(Read.Observation(WrittenHosts.InMemory("own-healthy")), "nobody").ExitCode);

    [Theory]
    [InlineData(9, 0, ReadyState.Unknown)]
    [InlineData(10, 0, ReadyState.Pass)]
    [InlineData(12, 3, ReadyState.Pass)]
    public void Ten_starts_since_the_boot_are_enough(int ok, int failed, ReadyState state) => Assert.Equal(state, Starts(Facts(ok, failed)));

    [Fact]
    public void A_loss_in_the_kernels_log_fails_whatever_went_through() =>
        Assert.Equal(ReadyState.Fail, Starts(Facts(12, 0) with { KernelLog = new KernelLogFacts { Events = [new KernelEventCount(KernelEventKind.ResetFailed, Some.Address("0000:01:00.0"), 1)] } }));

    [Fact]
    public void Without_the_kernels_log_a_loss_may_have_been() => Assert.Equal(ReadyState.Unknown, Starts(Facts(12, 0) with { KernelLog = null }));

    private static ReadyState Starts(HostFacts facts) =>
        Assert.Single(ReadyText.Of(new Observation(facts, Diagnosis.Assess(facts)), null).Vms).Lines.Single(line => line.Name == "starts").State;

    private static HostFacts Facts(int ok, int failed)
    {
        var starts = Enumerable.Range(0, ok + failed).Select(index => new VmStart(Booted.AddMinutes(index + 1), index >= failed));
        var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", "0000:01:00.0")) with { Starts = [.. starts] };
        return Some.Facts(Some.Function("0000:01:00.0").On("vfio-pci").InGroup("1")).WithGroups(Some.Group("1", "0000:01:00.0")).WithProxmox(vm) with
        {
            Boot = new BootFacts { Modules = new ModuleConfiguration(), BootedAt = Booted },
            KernelLog = new KernelLogFacts { Events = [] },
        };
    }
}
