using System.Globalization;
using System.Text.Json.Serialization;

namespace Passthru.Facts.Reading.Trees;

/// <summary>What statx(2) says of a file itself: its kind, its permissions and, of a device node, which device it is.</summary>
/// <param name="Mode"><c>stx_mode</c>: type and permission bits.</param>
/// <param name="Major">Of a device node the device's number, <c>stx_rdev_major</c>; else 0.</param>
/// <param name="Minor">See <paramref name="Major"/>.</param>
public readonly record struct FileNode(int Mode, uint Major, uint Minor)
{
    private const int TypeMask = 0xf000;   // S_IFMT

    [JsonIgnore]
    public bool IsCharacterDevice => (Mode & TypeMask) == 0x2000;

    [JsonIgnore]
    public bool IsBlockDevice => (Mode & TypeMask) == 0x6000;

    [JsonIgnore]
    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    /// <summary>Somebody may execute it.</summary>
    [JsonIgnore]
    public bool IsExecutable => (Mode & 0x49) != 0;

    /// <summary>Users who neither own it nor belong to its group may open it.</summary>
    [JsonIgnore]
    public bool IsOpenToOthers => (Mode & 0x6) != 0;

    /// <summary>The number as sysfs writes it in <c>dev</c>: <c>240:1</c>.</summary>
    [JsonIgnore]
    public string Device => string.Create(CultureInfo.InvariantCulture, $"{Major}:{Minor}");
}
