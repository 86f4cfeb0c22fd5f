using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Passthru.Facts.Systemd;

/// <summary>
/// Asks through sd-bus, systemd's own library, with a connection made for each answer: it costs a millisecond, and nothing has
/// to be mended when systemd or the bus has been started anew.
/// </summary>
/// <param name="limit">How long an answer may take, from the connection on.</param>
/// <param name="address">Where the bus is (<c>unix:path=/host/run/dbus/system_bus_socket</c>); null for where the host has it.</param>
/// <param name="library">The file to look for; without it there is nobody to ask.</param>
public sealed class SdBusUnits(TimeSpan limit, string? address = null, string library = LibSystemd.Name) : IUnitSource
{
    private readonly bool _hasLibrary = NativeLibrary.TryLoad(library, typeof(SdBusUnits).Assembly, searchPath: null, out _);

    public UnitAnswer List(IReadOnlyList<string> patterns)
    {
        if (!_hasLibrary)
        {
            return UnitAnswer.Without(UnitOutcome.Off, $"{library} is not installed");
        }

        using var connection = new SdBusConnection(Environment.TickCount64 + (long)limit.TotalMilliseconds);
        var error = connection.Open(address);
        var units = ImmutableArray.CreateBuilder<SystemdUnit>();
        return error < 0 || (error = connection.ListUnits(patterns, units)) < 0
            ? UnitAnswer.Without(OutcomeOf(-error, connection.ErrorName), $"{address ?? "system bus"}: {connection.ErrorName ?? Marshal.GetPInvokeErrorMessage(-error)}")
            : UnitAnswer.Listed(units.DrainToImmutable());
    }

    /// <summary>Error numbers of errno(3); the names are those of the D-Bus specification.</summary>
    private static UnitOutcome OutcomeOf(int error, string? name)
    {
        const int noSuchFile = 2, tryAgain = 11, notADirectory = 20, timedOut = 110, connectionRefused = 111;
        return (error, name) switch
        {
            (_, "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner") => UnitOutcome.Off,
            (_, "org.freedesktop.DBus.Error.NoReply" or "org.freedesktop.DBus.Error.Timeout") => UnitOutcome.NoAnswer,
            (tryAgain or timedOut, _) => UnitOutcome.NoAnswer,
            (noSuchFile or notADirectory or connectionRefused, null) => UnitOutcome.Off,
            _ => UnitOutcome.Refused,
        };
    }
}
