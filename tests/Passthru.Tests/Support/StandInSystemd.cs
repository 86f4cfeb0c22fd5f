using System.IO.Enumeration;
using System.Runtime.InteropServices;
using Tmds.DBus;

namespace Passthru.Tests.Support;

/// <summary>The call that the product makes: org.freedesktop.systemd1(5).</summary>
[DBusInterface("org.freedesktop.systemd1.Manager")]
public interface ISystemdManager : IDBusObject
{
    Task<ListedUnit[]> ListUnitsByPatternsAsync(string[] states, string[] patterns);
}

/// <summary>One unit of the reply, <c>(ssssssouso)</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ListedUnit
{
    public string Name;
    public string Description;
    public string LoadState;
    public string ActiveState;
    public string SubState;
    public string Following;
    public ObjectPath Path;
    public uint JobNumber;
    public string JobKind;
    public ObjectPath JobPath;
}

/// <summary>Stands in for systemd on a bus.</summary>
/// <param name="units">Each <c>NAME=STATE</c>; null for one that refuses.</param>
public sealed class StandInSystemd(IReadOnlyList<string>? units) : ISystemdManager
{
    private volatile Task _answering = Task.CompletedTask;

    public ObjectPath ObjectPath => new("/org/freedesktop/systemd1");

    /// <summary>From now on it takes calls and does not answer, as one that hangs.</summary>
    public void Freeze() => _answering = Task.Delay(Timeout.Infinite);

    /// <summary>
    /// Calls that come from now on are answered; who made one before has left, and Tmds.DBus does not survive an answer to nobody.
    /// </summary>
    public void Thaw() => _answering = Task.CompletedTask;

    public async Task<ListedUnit[]> ListUnitsByPatternsAsync(string[] states, string[] patterns)
    {
        await _answering;
        return units is null
            ? throw new DBusException("org.freedesktop.DBus.Error.AccessDenied", "Not for you.")
            : [.. from unit in units.Select(unit => unit.Split('='))
                 where Matches(unit[0], patterns) && IsIn(unit[1], states)
                 select Listed(unit[0], unit[1])];
    }

    private static bool Matches(string name, string[] patterns) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    private static bool IsIn(string state, string[] states) => states.Length == 0 || states.Contains(state);

    private static ListedUnit Listed(string name, string state) => new()
    {
        Name = name,
        Description = "A unit",
        LoadState = "loaded",
        ActiveState = state,
        SubState = "running",
        Following = "",
        Path = new ObjectPath("/org/freedesktop/systemd1/unit/x"),
        JobKind = "",
        JobPath = new ObjectPath("/"),
    };
}
