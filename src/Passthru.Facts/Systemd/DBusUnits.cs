using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Passthru.Facts.Reading.Trees;
using Tmds.DBus.Protocol;

namespace Passthru.Facts.Systemd;

/// <summary>
/// Asks over D-Bus, with a connection made for each answer: it costs a millisecond, and nothing has to be mended when systemd or the
/// bus has been started anew. Source: <c>ListUnitsByPatterns</c>, org.freedesktop.systemd1(5).
/// </summary>
/// <param name="limit">How long an answer may take, from the connection on.</param>
/// <param name="address">
/// Where the bus is (<c>unix:path=/host/run/dbus/system_bus_socket</c>); null for where DBUS_SYSTEM_BUS_ADDRESS says, else the usual place.
/// </param>
public sealed class DBusUnits(TimeSpan limit, string? address = null) : IUnitSource
{
    private const string Manager = "org.freedesktop.systemd1";

    /// <summary>No host has as many scopes.</summary>
    private const int MaxUnits = 16384;

    public UnitAnswer List(IReadOnlyList<string> patterns)
    {
        using var bus = new DBusConnection(new BusOptions(address ?? DBusAddress.System ?? ""));
        try
        {
            return UnitAnswer.Listed(Ask(bus, patterns).WaitAsync(limit).GetAwaiter().GetResult());
        }
        catch (Exception e) when (e is DBusExceptionBase or TimeoutException)
        {
            var (outcome, reason) = Failure(e);
            return UnitAnswer.Without(outcome, $"{address ?? "system bus"}: {reason}");
        }
    }

    private static async Task<ImmutableArray<SystemdUnit>> Ask(DBusConnection bus, IReadOnlyList<string> patterns)
    {
        await bus.ConnectAsync().ConfigureAwait(false);
        return await bus.CallMethodAsync(Call(bus, patterns), static (reply, _) => Units(reply)).ConfigureAwait(false);
    }

    /// <summary>States, of which none means all, and patterns. Where systemd does not run, the bus is not to start it.</summary>
    private static MessageBuffer Call(DBusConnection bus, IReadOnlyList<string> patterns)
    {
        using var call = bus.GetMessageWriter();
        call.WriteMethodCallHeader(
            Manager, "/org/freedesktop/systemd1", $"{Manager}.Manager", "ListUnitsByPatterns", "asas", MessageFlags.NoAutoStart);
        call.WriteArray(Array.Empty<string>());
        call.WriteArray(patterns);
        return call.CreateMessage();
    }

    private static ImmutableArray<SystemdUnit> Units(Message reply)
    {
        var units = ImmutableArray.CreateBuilder<SystemdUnit>();
        var reader = reply.GetBodyReader();
        var end = reader.ReadArrayStart(DBusType.Struct);
        while (units.Count < MaxUnits && reader.HasNext(end))
        {
            units.Add(Unit(ref reader));
        }

        return units.DrainToImmutable();
    }

    /// <summary>
    /// Name, description, load state, active state, sub-state, the unit it follows, its path, and its job: number, kind, path.
    /// </summary>
    private static SystemdUnit Unit(ref Reader reader)
    {
        reader.AlignStruct();
        var name = reader.ReadString();
        reader.ReadStringAsSpan();
        reader.ReadStringAsSpan();
        var state = reader.ReadString();
        reader.ReadStringAsSpan();
        reader.ReadStringAsSpan();
        reader.ReadObjectPathAsSpan();
        reader.ReadUInt32();
        reader.ReadStringAsSpan();
        reader.ReadObjectPathAsSpan();
        return new SystemdUnit(name, state);
    }

    /// <summary>Names of errors are those of the D-Bus specification.</summary>
    private static (UnitOutcome Outcome, string Reason) Failure(Exception e) => (e, e.InnerException) switch
    {
        (TimeoutException, _) => (UnitOutcome.NoAnswer, "no answer in time"),
        (DBusErrorReplyException { ErrorName: var name }, _) => (OutcomeOf(name), name),
        (_, SocketException socket) => Failure(socket),
        (_, ArgumentException) => (UnitOutcome.Off, "not an address of D-Bus"),
        _ => (UnitOutcome.Refused, "what answers is no bus of D-Bus"),
    };

    private static UnitOutcome OutcomeOf(string error) => error switch
    {
        "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner" => UnitOutcome.Off,
        "org.freedesktop.DBus.Error.NoReply" or "org.freedesktop.DBus.Error.Timeout" => UnitOutcome.NoAnswer,
        _ => UnitOutcome.Refused,
    };

    /// <summary>AddressNotAvailable is ENOENT here; what .NET has no name for is a path that ends at a file (ENOTDIR, ELOOP).</summary>
    private static (UnitOutcome Outcome, string Reason) Failure(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable or SocketError.ConnectionRefused or SocketError.SocketError =>
            (UnitOutcome.Off, "nothing listens there"),
        SocketError.WouldBlock or SocketError.TimedOut => (UnitOutcome.NoAnswer, e.Message),
        _ => (UnitOutcome.Refused, e.Message),
    };

    /// <summary>Messages without descriptors. The machine id is only for answering others; the library would read a file for it.</summary>
    private sealed class BusOptions(string address) : DBusConnectionOptions
    {
        protected override ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken) =>
            new(new SetupResult(address) { UserId = Libc.EffectiveUser().ToString(CultureInfo.InvariantCulture), MachineId = "" });
    }
}
