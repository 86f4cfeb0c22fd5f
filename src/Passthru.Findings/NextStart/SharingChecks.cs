using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.NextStart;

/// <summary>
/// VMs that take the same device, or devices of one group. By turns that is how many operators mean it: it is a mistake only where
/// two of them meet without anybody's doing.
/// </summary>
internal static class SharingChecks
{
    public static readonly CheckRow[] All =
    [
        new(Sharing("device_claimed_twice", "Another VM takes the same device, and both run or start by themselves: the second start fails.",
            "Give each its own device, or let only one of them start with the host."),
            input => Found(input, input.OthersTake)),
        new(Sharing("group_claimed_twice", "Another VM takes a different device of the same IOMMU group, and both run or start by themselves: the second start fails.",
            "Move one of the devices to a slot with a group of its own, or let only one of them start with the host."),
            input => Found(input, input.OthersTakeFromGroup)),
    ];

    /// <summary>VMs with which this one shares the function by turns.</summary>
    public static IEnumerable<string> ByTurns(VmSubject subject, PciFunction function) =>
        subject.OthersTake(function).Concat(subject.OthersTakeFromGroup(function))
            .Where(user => !Meet(subject.State, user.State))
            .Select(user => user.State.Vm.Id)
            .Distinct();

    private static VmCheck Sharing(string id, string reason, string fix) =>
        new(id, reason, fix) { Bucket = Bucket.Ownership, Alert = "PassthruDeviceClaimedTwice" };

    private static ImmutableArray<VmTrouble>? Found(VmSubject subject, Func<PciFunction, IEnumerable<DeviceUser>> others) => subject.Taken.IsEmpty ? null :
    [
        .. from input in subject.Taken
           where input.Device.Choices.Length == 1
           let vms = others(input.Function).Where(user => Meet(subject.State, user.State)).Select(user => user.State.Vm.Id).Distinct().ToList()
           where vms.Count > 0
           select new VmTrouble(input.Function.Address.ToString(), $"also VM {string.Join(", ", vms)}"),
    ];

    private static bool Meet(VmState one, VmState other) =>
        (Starts(one) && Starts(other)) || (one.IsRunning == true && Waits(other)) || (other.IsRunning == true && Waits(one));

    private static bool Waits(VmState state) => Starts(state) && state.IsRunning != true;

    private static bool Starts(VmState state) => state.Vm is { StartsWithHost: true, IsTemplate: false };
}
