using Passthru.Facts;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Findings.Ownership;

namespace Passthru.Tests.Hosts;

/// <summary>The hosts that measurements are made on are what they are said to be.</summary>
public sealed class ScaledHostTests
{
    [Fact]
    public void A_scaled_host_reads_without_trouble_and_its_groups_are_those_of_the_kernels_rule()
    {
        using var written = new WrittenHost(new ScaledHost(128, 10, 6, 40).Build());
        using var files = new DirectoryTree(written.Root);

        var (facts, _) = FactsReader.Read(files, AllCollectors, FactsCache.Empty, ReadAttempt.Unlimited, TimeProvider.System);
        var report = Diagnosis.Assess(facts, ConfiguredExpectations.None);

        Assert.All(facts.Collectors, run => Assert.Empty(run.Issues));
        Assert.Equal(128, facts.Pci?.Functions.Length);
        Assert.Equal(10, facts.VmsOf(VmManagers.Proxmox)?.Length);
        Assert.Equal(6, facts.Processes?.Holders.Length);
        Assert.Equal(10, facts.Processes?.Vms.Length);
        Assert.True(report.Isolation.ModelMatches);
    }

    private static IReadOnlySet<Collector> AllCollectors => Enum.GetValues<Collector>().ToHashSet();
}
