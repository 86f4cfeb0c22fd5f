using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Guests;

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
            it => Found(it, it.OthersTake)),
        new(Sharing("group_claimed_twice", "Another VM takes a different device of the same IOMMU group, and both run or start by themselves: the second start fails.",
            "Move one of the devices to a slot with a group of its own, or let only one of them start with the host."),
            it => Found(it, it.OthersTakeFromGroup)),
    ];

    /// <summary>VMs with which this one shares the function by turns.</summary>
    public static IEnumerable<string> ByTurns(GuestSubject subject, PciFunction function) =>
        subject.OthersTake(function).Concat(subject.OthersTakeFromGroup(function))
            .Where(user => !Meet(subject.State, user.State))
            .Select(user => user.State.Guest.Id)
            .Distinct();

    private static GuestCheck Sharing(string id, string reason, string fix) =>
        new(id, reason, fix) { Bucket = Bucket.Ownership, Alert = "PassthruDeviceClaimedTwice" };

    private static ImmutableArray<GuestTrouble>? Found(GuestSubject subject, Func<PciFunction, IEnumerable<DeviceUser>> others) => subject.Taken.IsEmpty ? null :
    [
        .. from it in subject.Taken
           where it.Device.Choices.Length == 1
           let vms = others(it.Function).Where(user => Meet(subject.State, user.State)).Select(user => user.State.Guest.Id).Distinct().ToList()
           where vms.Count > 0
           select new GuestTrouble(it.Function.Address.ToString(), $"also VM {string.Join(", ", vms)}"),
    ];

    private static bool Meet(GuestState one, GuestState other) =>
        (Starts(one) && Starts(other)) || (one.IsRunning == true && Waits(other)) || (other.IsRunning == true && Waits(one));

    private static bool Waits(GuestState state) => Starts(state) && state.IsRunning != true;

    private static bool Starts(GuestState state) => state.Guest is { StartsWithHost: true, IsTemplate: false };
}
