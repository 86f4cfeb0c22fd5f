using System.Collections.Immutable;
using Passthru.Facts.Usage;
using Passthru.Findings;
using Passthru.Findings.Guests;

namespace Passthru.Exporter.Checking;

/// <summary>What is not known of the devices that a VM takes, each in one line: whether the host, a guest or a service needs it.</summary>
internal static class Unknowns
{
    public static ImmutableArray<string> Of(Report report, GuestVerdict guest)
    {
        var taken = (guest.StartTakes ?? []).ToHashSet();
        return
        [
            .. from device in report.Devices ?? []
               where taken.Contains(device.Function.Address)
               from use in device.MayCarry
               select $"unknown whether {device.Function.Address}, which VM {guest.Guest.Id} takes, {Does(use)}: {string.Join(" → ", use.Chain)}: {use.Why}",
        ];
    }

    private static string Does(UnresolvedUse use) => use.Kind switch
    {
        UseKind.DefaultRoute => "is the way out",
        UseKind.Address => "has an address of the host",
        UseKind.GuestNetwork => "is the way out of a guest",
        _ => "carries a disk in use",
    };
}
