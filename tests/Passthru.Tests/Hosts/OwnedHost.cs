using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// <see cref="UsedHost"/> as a host of virtual machines: it lives on the NVMe disk and the first adapter. What a machine may
/// take: the second adapter, the second graphics card, and in the group of the SATA controller a USB controller.
/// </summary>
internal static class OwnedHost
{
    public const string Nic = UsedHost.SecondAdapter;
    public const string Gpu = UsedHost.SecondGpu;
    public const string Sound = "0000:05:00.1";
    public const string NicGroup = "13";
    public const string GpuGroup = "15";

    /// <summary>Functions by address with a driver, in use where a machine has them open.</summary>
    public sealed record Driven(string Address, string? Driver, bool InUse = false, bool Flr = false);

    public static HostTree With(IReadOnlyList<Driven> drivers, params ReadOnlySpan<Action<HostTree>> owners) =>
        Build(UsedHost.Host(), UsedDisks.Ext4OnNvme, drivers, owners);

    public static HostTree Of(FakeHost host, IReadOnlyList<Driven> drivers, params ReadOnlySpan<Action<HostTree>> owners) =>
        Build(host, UsedDisks.Ext4OnNvme, drivers, owners);

    public static HostTree On(Action<UseFiles, FakeHost> disks, IReadOnlyList<Driven> drivers, params ReadOnlySpan<Action<HostTree>> owners) =>
        Build(UsedHost.Host(), disks, drivers, owners);

    private static HostTree Build(FakeHost host, Action<UseFiles, FakeHost> disks, IReadOnlyList<Driven> drivers, ReadOnlySpan<Action<HostTree>> owners)
    {
        var driven = host with { Functions = Drive(host.Functions, drivers) };
        var tree = UsedHost.Build(driven, disks, UsedNetworks.OneAddress, UsedConsoles.Desktop);
        foreach (var owner in owners)
        {
            owner(tree);
        }
        return tree;
    }

    /// <summary>A third adapter of the same make.</summary>
    public static FakeHost WithThirdAdapter(string address = "0000:08:00.0") => UsedHost.Host() with
    {
        Functions = [.. UsedHost.Host().Functions, RootPort("0000:00:1d.0", "8086:a330", 8, Endpoint(address, "8086:1533", ClassCode.Ethernet, 16, "igb"))],
    };

    private static IReadOnlyList<FakeFunction> Drive(IReadOnlyList<FakeFunction> functions, IReadOnlyList<Driven> drivers) =>
    [
        .. functions.Select(function => drivers.FirstOrDefault(one => one.Address == function.Address) is { } driven
            ? function with { Driver = driven.Driver, InUse = driven.InUse, Flr = driven.Flr }
            : function with { Behind = Drive(function.Behind, drivers) }),
    ];
}
