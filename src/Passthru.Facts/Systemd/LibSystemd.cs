using System.Runtime.InteropServices;

namespace Passthru.Facts.Systemd;

/// <summary>The functions of sd-bus(3) that are used; none with a variable number of arguments, all in systemd 237 and later.</summary>
internal static unsafe partial class LibSystemd
{
    public const string Name = "libsystemd.so.0";

    [LibraryImport(Name, EntryPoint = "sd_bus_open_system")]
    public static partial int OpenSystem(out nint bus);

    [LibraryImport(Name, EntryPoint = "sd_bus_new")]
    public static partial int New(out nint bus);

    [LibraryImport(Name, EntryPoint = "sd_bus_set_address", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetAddress(nint bus, string address);

    [LibraryImport(Name, EntryPoint = "sd_bus_set_bus_client")]
    public static partial int SetBusClient(nint bus, int isClient);

    [LibraryImport(Name, EntryPoint = "sd_bus_start")]
    public static partial int Start(nint bus);

    [LibraryImport(Name, EntryPoint = "sd_bus_is_ready")]
    public static partial int IsReady(nint bus);

    [LibraryImport(Name, EntryPoint = "sd_bus_process")]
    public static partial int Process(nint bus, nint noMessage);

    [LibraryImport(Name, EntryPoint = "sd_bus_wait")]
    public static partial int Wait(nint bus, ulong microseconds);

    [LibraryImport(Name, EntryPoint = "sd_bus_close")]
    public static partial void Close(nint bus);

    [LibraryImport(Name, EntryPoint = "sd_bus_unref")]
    public static partial nint Release(nint bus);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_new_method_call", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int NewMethodCall(nint bus, out nint message, string destination, string path, string face, string member);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_set_auto_start")]
    public static partial int SetAutoStart(nint message, int isWanted);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_open_container", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenContainer(nint message, byte type, string contents);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_append_basic", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Append(nint message, byte type, string value);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_close_container")]
    public static partial int CloseContainer(nint message);

    [LibraryImport(Name, EntryPoint = "sd_bus_call")]
    public static partial int Call(nint bus, nint message, ulong microseconds, Error* error, out nint reply);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_enter_container", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EnterContainer(nint message, byte type, string contents);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_read_basic")]
    public static partial int Read(nint message, byte type, byte** text);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_skip", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Skip(nint message, string types);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_exit_container")]
    public static partial int ExitContainer(nint message);

    [LibraryImport(Name, EntryPoint = "sd_bus_message_unref")]
    public static partial nint ReleaseMessage(nint message);

    [LibraryImport(Name, EntryPoint = "sd_bus_error_free")]
    public static partial void Free(Error* error);

    /// <summary>sd_bus_error.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Error
    {
        public nint Name;
        public nint Message;
        public int NeedsFree;
    }
}
