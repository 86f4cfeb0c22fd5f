using CsCheck;
using Passthru.Facts.Pci;
using Passthru.Findings.Isolation;

namespace Passthru.Tests.Findings.Isolation;

public sealed class IsolationPropertyTests
{
    private static readonly Gen<Random> Seeds = Gen.Int.Select(seed => new Random(seed));

    [Fact]
    public void Comes_to_what_the_kernels_own_steps_come_to() => Seeds.Sample(
        random =>
        {
            var request = RandomMachine.AnyOverride(random);
            var vm = KernelGrouping.Of(RandomMachine.Of(random), request);
            var honest = KernelGrouping.Of(vm, "");
            var verdict = Machine.Judge(vm, request);
            return (verdict.ModelMatches == true && vm.All(function => IsRight(function, verdict, vm, honest))) || vm.All(function => function.Group is null);
        },
        iter: 3_000);

    [Fact]
    public void What_is_claimed_with_facts_missing_is_true_whatever_they_are() => Seeds.Sample(
        random =>
        {
            var request = RandomMachine.AnyOverride(random);
            var vm = KernelGrouping.Of(RandomMachine.Of(random), request);
            var whole = Machine.Judge(vm, request);
            var partial = Machine.Judge(vm.Select(function => random.Next(5) == 0 ? Hide(function, random) : function), request);
            return partial.ModelMatches != false && partial.Groups.All(group => Agree(group.Value, whole.Of(group.Key)!));
        },
        iter: 3_000);

    [Fact]
    public void The_order_of_functions_and_groups_does_not_matter() => Seeds.Sample(
        random =>
        {
            var request = RandomMachine.AnyOverride(random);
            var vm = KernelGrouping.Of(RandomMachine.Of(random), request).Select(function => random.Next(8) == 0 ? Hide(function, random) : function).ToArray();
            var facts = Machine.Host(vm, request);
            random.Shuffle(vm);
            var groups = facts.Iommu!.Groups!.Value.ToArray();
            random.Shuffle(groups);
            var shuffled = facts with { Pci = new PciFacts { Functions = [.. vm] }, Iommu = facts.Iommu with { Groups = [.. groups] } };
            return Text(Machine.Judge(facts)) == Text(Machine.Judge(shuffled));
        },
        iter: 2_000);

    [Fact]
    public void Groups_that_make_no_sense_and_paths_that_lead_nowhere_end_well() => Seeds.Sample(
        random =>
        {
            var vm = RandomMachine.Of(random).Select(function => Spoil(function, random)).ToArray();
            var verdict = Machine.Judge(vm, RandomMachine.AnyOverride(random));
            return (verdict.ModelMatches == true || verdict.WithoutOverride is null)
                && verdict.Groups.All(group => group.Value.IsIsolated == (group.Value.HardwareFunctions.Length == vm.Count(function => function.Group == group.Key)));
        },
        iter: 3_000);

    [Fact]
    public void Config_space_of_64_bytes_or_none_claims_nothing() => Seeds.Sample(
        random =>
        {
            var vm = KernelGrouping.Of(RandomMachine.Of(random), "");
            var short64 = new ConfigSpace { Length = 64, HeaderType = 0, Multifunction = false, CapabilityListComplete = false };
            return Machine.Judge(vm.Select(function => function with { Config = short64 })) == IsolationVerdict.Unknown
                && Machine.Judge(vm.Select(Machine.Unread)) == IsolationVerdict.Unknown;
        },
        iter: 1_000);

    /// <summary>No group shows what it is not, and each shows the functions of the honest one.</summary>
    private static bool IsRight(PciFunction function, IsolationVerdict verdict, PciFunction[] vm, PciFunction[] honest)
    {
        if (function.Group is not { } group)
        {
            return true;
        }

        var members = vm.Where(other => other.Group == group).Select(other => other.Address).ToHashSet();
        var honestGroups = honest.Where(other => members.Contains(other.Address)).Select(other => other.Group).ToHashSet();
        var hardware = honest.Where(other => other.Group is not null && honestGroups.Contains(other.Group)).Select(other => other.Address).Order();
        return verdict.Of(group) is { } said && said.HardwareFunctions.SequenceEqual(hardware) && said.IsIsolated == (said.HardwareFunctions.Length == members.Count);
    }

    private static bool Agree(GroupIsolation partial, GroupIsolation whole) =>
        partial.IsIsolated == whole.IsIsolated
        && partial.HardwareFunctions.SequenceEqual(whole.HardwareFunctions)
        && (partial.PeerReachable is null || partial.PeerReachable == whole.PeerReachable);

    private static PciFunction Hide(PciFunction function, Random random) => random.Next(3) switch
    {
        0 => function with { Config = function.Config! with { Length = 256, ExtendedListComplete = false, AccessControl = null } },
        1 => function with { Config = null, Multifunction = function.Address.Function > 0 || function.Multifunction == true ? function.Multifunction : null },
        _ => function.Unread(),
    };

    private static PciFunction Spoil(PciFunction function, Random random) => random.Next(40) switch
    {
        0 => function with { Path = function.Path with { Parent = Machine.Address("77:00.0") } },
        1 => function with { Path = function.Path with { IsKnown = false } },
        2 => function with { Path = function.Path with { Parent = function.Address } },
        3 => function with { Vendor = null },
        _ => Hide(function with { Group = function.Group is null ? null : $"{random.Next(4)}" }, random),
    };

    private static string Text(IsolationVerdict verdict) => string.Join('\n',
    [
        $"{verdict.ModelMatches}",
        .. verdict.Groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
            $"{group.Key} {group.Value.IsIsolated} {group.Value.PeerReachable} {string.Join(' ', group.Value.HardwareFunctions)} / {string.Join(' ', group.Value.OverriddenFunctions)}"),
        .. (verdict.WithoutOverride ?? []).Select(group => $"{group.IsCertain} {string.Join(' ', group.Functions)}"),
    ]);
}
