using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Console;

/// <summary>
/// What the kernel's text console is drawn by. Source: <c>/sys/class/vtconsole/vtconN/name</c> (drivers/tty/vt/vt.c):
/// <c>(S) VGA+</c>, <c>(M) frame buffer device</c>, <c>(S) dummy device</c>;
/// and <c>bind</c>: 0 once another one has taken over.
/// </summary>
internal static class TextConsole
{
    private const string Consoles = "sys/class/vtconsole";

    /// <summary>It is drawn by the card itself, as a BIOS leaves it. Null: not to be seen.</summary>
    public static bool? IsVga(HostReader files) =>
        files.Names(Consoles) is not { } names ? null
        : names.Select(name => files.Text($"{Consoles}/{name}/name") is { } driver ? (driver, IsBound: files.Text($"{Consoles}/{name}/bind") != "0") : default).ToList()
            is { Count: > 0 } all && all.All(console => console.driver is not null)
            ? all.Any(console => console.IsBound && console.driver.Contains("VGA", StringComparison.Ordinal))
        : null;
}
