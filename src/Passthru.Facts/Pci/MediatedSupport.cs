using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Pci;

/// <summary>
/// What a function offers to VMs in parts while a host driver keeps it: mediated devices (Documentation/driver-api/vfio-mediated-device.rst),
/// or a vGPU for the whole of an NVIDIA virtual function (driver 16 and later on Linux 6.8).
/// </summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Types">By name. Empty where the driver names none now.</param>
public sealed record MediatedSupport(MediatedKind Kind, EquatableArray<MediatedType> Types)
{
    /// <summary>Known to offer nothing.</summary>
    public static readonly MediatedSupport None = new(MediatedKind.None, []);

    /// <summary>Bounds the reading; NVIDIA's drivers have some fifty types a card.</summary>
    private const int MaxTypes = 128;

    private const string Directory = "mdev_supported_types";
    private const string Nvidia = "nvidia";

    /// <summary>The type that NVIDIA's virtual function has now, 0 for none. Source: <c>nvidia/current_vgpu_type</c>.</summary>
    public int? CurrentType { get; init; }

    public MediatedType? Named(string type) => Types.FirstOrDefault(known => known.Name == type);

    /// <summary>Null: not to be told. The vendor's driver answers for the numbers, so they are read while the function is awake.</summary>
    /// <param name="device">The function's directory.</param>
    /// <param name="isAwake">The function is in D0.</param>
    internal static MediatedSupport? Read(HostReader device, bool isAwake)
    {
        var (devices, nvidia) = (device.Exists(Directory), device.Exists($"{Nvidia}/current_vgpu_type"));
        return devices is null || nvidia is null ? null
            : devices.Value ? new(MediatedKind.Devices, ReadTypes(device, isAwake))
            : nvidia.Value ? ReadFunction(device, isAwake)
            : None;
    }

    private static EquatableArray<MediatedType> ReadTypes(HostReader device, bool isAwake) =>
        [.. (device.Names(Directory) ?? []).Order(StringComparer.Ordinal).Take(MaxTypes).Select(name => ReadType(device, name, isAwake))];

    private static MediatedSupport ReadFunction(HostReader device, bool isAwake) =>
        new(MediatedKind.WholeFunction, isAwake ? Creatable(device.LongText($"{Nvidia}/creatable_vgpu_types", HostReader.Page) ?? "") : [])
        {
            CurrentType = isAwake ? device.Value<int>($"{Nvidia}/current_vgpu_type", Number.TryParse) : null,
        };

    private static MediatedType ReadType(HostReader device, string name, bool isAwake) => new(name)
    {
        Available = isAwake ? device.Value<int>($"{Directory}/{name}/available_instances", Number.TryParse) : null,
        Instances = device.Names($"{Directory}/{name}/devices")?.Count,
    };

    /// <summary>Lines <c>1414  : NVIDIA L40S-4Q</c> below a head; one more of each can be had on this function.</summary>
    private static EquatableArray<MediatedType> Creatable(string text) =>
    [
        .. from line in text.Split('\n').Take(MaxTypes)
           let id = line.Split(':')[0].Trim()
           where id.Length > 0 && id.All(char.IsAsciiDigit)
           select new MediatedType($"nvidia-{id}") { Available = 1, Instances = 0 },
    ];
}

/// <summary>What VMs can have of a function that a host driver keeps.</summary>
public enum MediatedKind
{
    None,

    /// <summary>Mediated devices. Source: <c>mdev_supported_types/</c>.</summary>
    Devices,

    /// <summary>The whole function as a vGPU, for one VM. Source: <c>nvidia/current_vgpu_type</c>.</summary>
    WholeFunction,
}

/// <summary>A type of mediated device.</summary>
/// <param name="Name">The directory, <c>nvidia-63</c>, <c>i915-GVTg_V5_4</c>; of NVIDIA's virtual functions the number behind <c>nvidia-</c>.</param>
public sealed record MediatedType(string Name)
{
    /// <summary>How many more can be made. Source: <c>available_instances</c>.</summary>
    public int? Available { get; init; }

    /// <summary>How many there are. Source: <c>devices/</c>.</summary>
    public int? Instances { get; init; }
}
