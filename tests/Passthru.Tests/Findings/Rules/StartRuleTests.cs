using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Platform;
using Passthru.Facts.Processes;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Starts;
using Passthru.Findings;
using Passthru.Findings.Values;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Rules;

/// <summary>Why the last start failed, and what of it is still so.</summary>
public sealed class StartRuleTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Sound = "0000:01:00.1";
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(StartFailureReason.Busy, "now: nobody has group 1 open")]
    [InlineData(StartFailureReason.NotViable, "now: 0000:01:00.1 [10de:1b81] in group 1 is bound to snd_hda_intel")]
    [InlineData(StartFailureReason.DeviceGone, "now: 0000:01:00.0 [10de:1b81] is there, driver vfio-pci, power state D0")]
    [InlineData(StartFailureReason.Reset, "now: 0000:01:00.0 [10de:1b81] is there, driver vfio-pci, power state D0")]
    [InlineData(StartFailureReason.Rmrr, "now: the firmware reserves 0 regions for group 1")]
    [InlineData(StartFailureReason.Other, null)]
    public void The_finding_has_the_message_and_what_is_so_now(StartFailureReason reason, string? now)
    {
        var finding = Assert.Single(Of(Host(Failed(reason))));

        Assert.Equal("VM 100", finding.Subject);
        Assert.Equal($"the message {Gpu}", finding.Evidence[0]);
        Assert.Equal(now is null ? [] : [now], finding.Evidence.Skip(1).Take(1));
        Assert.StartsWith("The last start of VM 100 failed on 2026-03-01 12:00 UTC: ", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_the_group_is_named() =>
        Assert.Contains(
            "now: group 1 is held by qemu-system-x86_64 (PID 99, left over)",
            Assert.Single(Of(Host(Failed(StartFailureReason.Busy)).WithHolders(new VfioHolder { Pid = 99, Program = "qemu-system-x86_64", Groups = ["1"] }))).Evidence);

    [Fact]
    public void A_VM_that_starts_with_the_host_is_critical()
    {
        Assert.Equal(Severity.Warning, Assert.Single(Of(Host(Failed(StartFailureReason.Busy)))).Severity);
        Assert.Equal(Severity.Critical, Assert.Single(Of(Host(Failed(StartFailureReason.Busy) with { StartsWithHost = true }))).Severity);
    }

    [Fact]
    public void A_start_that_went_through_one_whose_end_is_not_known_and_a_VM_that_runs_are_no_finding()
    {
        Assert.Empty(Of(Host(Vm(new VmStart(At, false), new VmStart(At.AddHours(1), true)))));
        Assert.Empty(Of(Host(Vm(new VmStart(At, false), new VmStart(At.AddHours(1), null)))));
        Assert.Empty(Of(Host(Vm([]))));
        Assert.Empty(Of(Host(Failed(StartFailureReason.Busy).Started(99))));
    }

    [Fact]
    public void Without_interrupt_remapping_the_kernels_refusal_is_a_matter_of_permission()
    {
        var facts = Host(Failed(StartFailureReason.Rmrr));
        var finding = Assert.Single(Of(facts with { Platform = new PlatformFacts { Board = new BoardFacts(), InterruptRemapping = false } }));

        Assert.Equal("vm-start-failed-permission", finding.Rule.Id);
        Assert.Contains("now: interrupt remapping is off", finding.Evidence);
    }

    [Fact]
    public void Starts_are_counted_from_the_boot_on()
    {
        var vm = Vm(new VmStart(At.AddDays(-1), true), new VmStart(At, true), new VmStart(At.AddHours(1), false), new VmStart(At.AddHours(2), null));
        var verdict = Assert.Single(Diagnosis.Assess(Host(vm) with { Boot = new BootFacts { Modules = new ModuleConfiguration(), BootedAt = At } }).Vms!.Value);

        Assert.Equal((1, 1), (verdict.Starts.Succeeded, verdict.Starts.Failed));
        Assert.Null(Assert.Single(Diagnosis.Assess(Host(vm)).Vms!.Value).Starts.Succeeded);
        Assert.Null(Assert.Single(Diagnosis.Assess(Host(vm with { Starts = null }) with { Boot = new BootFacts { Modules = new ModuleConfiguration(), BootedAt = At } }).Vms!.Value).Starts.Succeeded);
    }

    private static IEnumerable<Finding> Of(HostFacts facts) => Diagnosis.Assess(facts).Findings.Where(finding => finding.Rule.Id.StartsWith("vm-start-failed", StringComparison.Ordinal));

    private static Vm Failed(StartFailureReason reason) => Vm(new VmStart(At, false) { Failure = new StartFailure(reason, $"the message {Gpu}", Some.Address(Gpu)) });

    private static Vm Vm(params VmStart[] starts) => SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu)) with { Starts = [.. starts] };

    private static HostFacts Host(Vm vm) => Some.Facts(Some.Function(Gpu).On("vfio-pci").InGroup("1"), Some.Function(Sound).On("snd_hda_intel").InGroup("1")).WithGroups(Some.Group("1", Gpu, Sound))
        .WithProxmox(vm).WithProcesses(SomeVms.Process(99, "100"));
}
