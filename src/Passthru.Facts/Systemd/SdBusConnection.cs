using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Passthru.Facts.Systemd;

/// <summary>One connection to the system bus, used by one thread. Its methods answer minus an error number, or more.</summary>
/// <param name="deadline">On the clock of <see cref="Environment.TickCount64"/>.</param>
internal sealed unsafe class SdBusConnection(long deadline) : IDisposable
{
    private const int Interrupted = 4;     // EINTR
    private const int TimedOut = 110;      // ETIMEDOUT

    /// <summary>No host has as many scopes.</summary>
    private const int MostUnits = 16384;

    private const string Manager = "org.freedesktop.systemd1";
    private nint _bus;

    /// <summary>What the bus or systemd called the error.</summary>
    public string? ErrorName { get; private set; }

    private ulong MicrosecondsLeft => (ulong)Math.Max(0, deadline - Environment.TickCount64) * 1000;

    /// <summary>
    /// Returns when the bus has let this client in. That is driven from here, since sd_bus_call waits for it without regard to its
    /// own time limit.
    /// </summary>
    public int Open(string? address)
    {
        var error = address is null ? LibSystemd.OpenSystem(out _bus) : OpenAt(address);
        while (error >= 0 && (error = LibSystemd.IsReady(_bus)) == 0)
        {
            if (MicrosecondsLeft == 0)
            {
                return -TimedOut;
            }

            error = LibSystemd.Process(_bus, 0);
            if (error == 0)
            {
                error = LibSystemd.Wait(_bus, MicrosecondsLeft);
            }

            error = error == -Interrupted ? 0 : error;
        }

        return error;
    }

    public int ListUnits(IReadOnlyList<string> patterns, ImmutableArray<SystemdUnit>.Builder units)
    {
        nint call = 0;
        nint reply = 0;
        var error = default(LibSystemd.Error);
        var result = LibSystemd.NewMethodCall(_bus, out call, Manager, "/org/freedesktop/systemd1", $"{Manager}.Manager", "ListUnitsByPatterns");
        if (result >= 0 && (result = Write(call, patterns)) >= 0)
        {
            // Zero would stand for the library's own 25 seconds.
            result = LibSystemd.Call(_bus, call, Math.Max(1, MicrosecondsLeft), &error, out reply);
            ErrorName = Marshal.PtrToStringUTF8(error.Name);
            result = result < 0 ? result : ReadUnits(reply, units);
        }

        LibSystemd.Free(&error);
        _ = LibSystemd.ReleaseMessage(reply);
        _ = LibSystemd.ReleaseMessage(call);
        return result;
    }

    public void Dispose()
    {
        if (_bus != 0)
        {
            LibSystemd.Close(_bus);
            _bus = LibSystemd.Release(_bus);
        }
    }

    private int OpenAt(string address)
    {
        int error;
        return (error = LibSystemd.New(out _bus)) < 0
            || (error = LibSystemd.SetAddress(_bus, address)) < 0
            || (error = LibSystemd.SetBusClient(_bus, 1)) < 0
            ? error
            : LibSystemd.Start(_bus);
    }

    /// <summary>States, of which none means all, and patterns. Where systemd does not run, the bus is not to start it.</summary>
    private static int Write(nint call, IReadOnlyList<string> patterns)
    {
        var error = LibSystemd.SetAutoStart(call, 0);
        error = error < 0 ? error : WriteTexts(call, []);
        return error < 0 ? error : WriteTexts(call, patterns);
    }

    private static int WriteTexts(nint call, IReadOnlyList<string> texts)
    {
        var error = LibSystemd.OpenContainer(call, (byte)'a', "s");
        for (var i = 0; error >= 0 && i < texts.Count; i++)
        {
            error = LibSystemd.Append(call, (byte)'s', texts[i]);
        }

        return error < 0 ? error : LibSystemd.CloseContainer(call);
    }

    private static int ReadUnits(nint reply, ImmutableArray<SystemdUnit>.Builder units)
    {
        var error = LibSystemd.EnterContainer(reply, (byte)'a', "(ssssssouso)");
        while (error >= 0 && units.Count < MostUnits)
        {
            error = LibSystemd.EnterContainer(reply, (byte)'r', "ssssssouso");
            if (error <= 0)
            {
                break;
            }

            error = ReadUnit(reply, units);
        }

        return error;
    }

    /// <summary>Name, description, load state, active state, sub-state, then what it follows, its path and its job.</summary>
    private static int ReadUnit(nint reply, ImmutableArray<SystemdUnit>.Builder units)
    {
        byte* name;
        byte* state;
        int error;
        if ((error = LibSystemd.Read(reply, (byte)'s', &name)) < 0
            || (error = LibSystemd.Skip(reply, "ss")) < 0
            || (error = LibSystemd.Read(reply, (byte)'s', &state)) < 0
            || (error = LibSystemd.Skip(reply, "ssouso")) < 0)
        {
            return error;
        }

        units.Add(new SystemdUnit(Marshal.PtrToStringUTF8((nint)name) ?? "", Marshal.PtrToStringUTF8((nint)state) ?? ""));
        return LibSystemd.ExitContainer(reply);
    }
}
