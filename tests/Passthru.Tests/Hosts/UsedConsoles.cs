namespace Passthru.Tests.Hosts;

/// <summary>What somebody who sits at the host looks at and types on.</summary>
internal static class UsedConsoles
{
    /// <summary>A monitor at the second card, one keyboard, and a power button, which is no keyboard.</summary>
    public static void Desktop(UseFiles files, FakeHost host)
    {
        files.Input("sys/devices/LNXSYSTM:00/LNXPWRBN:00/input/input0", keyboard: false, bus: "0019")
            .Input($"{host.PathOf(UsedHost.Xhci)}/usb1/1-3/1-3:1.0/0003:046D:C31C.0001/input/input2")
            .Memory(0, "PCI Bus 0000:00", hidden: true)
            .Memory(1, UsedHost.Xhci, hidden: true);
        Output(files, host, "card1", "HDMI-A-1", "connected");
        Output(files, host, "card1", "DP-1", "disconnected");
    }

    public static void None(UseFiles files, FakeHost host) => files.Memory(0, "PCI Bus 0000:00");

    /// <summary>The card on VFIO still holds the picture of the firmware, which simpledrm draws on.</summary>
    public static void FramebufferLeftBehind(UseFiles files, FakeHost host) =>
        files.Memory(0, "PCI Bus 0000:00", hidden: true)
            .Memory(1, "PCI Bus 0000:04", hidden: true)
            .Memory(2, UsedHost.FirstGpu, hidden: true)
            .Memory(3, "BOOTFB", hidden: true)
            .Memory(2, "0000:04:00.1", hidden: true);

    private static void Output(UseFiles files, FakeHost host, string card, string output, string status)
    {
        var directory = $"{host.PathOf(UsedHost.SecondGpu)}/drm/{card}/{card}-{output}";
        files.Tree.Line($"{directory}/status", status).Link($"sys/class/drm/{card}-{output}", directory);
    }
}
