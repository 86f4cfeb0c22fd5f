using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Exporter.Metrics;

/// <summary>Mediated devices and vGPUs.</summary>
internal static class MediatedFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_device_mdev_instances", "Mediated devices of the type that exist on the device now.", ["device", "type"],
            view => For(view, type => type.Instances)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_device_mdev_available_instances", "Mediated devices of the type that can still be made on the device; only while it is awake.", ["device", "type"],
            view => For(view, type => type.Available)) with { Covers = Coverage.Candidates },
    ];

    private static IEnumerable<Sample> For(View view, Func<MediatedType, int?> value) =>
        from device in view.Covered
        from type in TypesOf(device.Function)
        let known = value(type)
        where known is not null
        select new Sample(known.Value, device.Function.Address.ToString(), type.Name);

    /// <summary>Of NVIDIA's virtual functions, of which a card has dozens, the type that each has now.</summary>
    private static EquatableArray<MediatedType> TypesOf(PciFunction function) => function.Mediated switch
    {
        { Kind: MediatedKind.Devices } offered => offered.Types,
        { Kind: MediatedKind.WholeFunction, CurrentType: > 0 and var type } => [new MediatedType($"nvidia-{type}") { Instances = 1, Available = 0 }],
        _ => [],
    };
}
