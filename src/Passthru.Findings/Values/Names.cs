using Passthru.Facts.Pci;

namespace Passthru.Findings.Values;

/// <summary>How findings call things.</summary>
internal static class Names
{
    /// <summary>The address, and what people know it by.</summary>
    public static string For(PciFunction function) => For(function.Address, Model(function) ?? function.Id?.ToString());

    /// <summary>The same for what is no longer there.</summary>
    public static string For(PciAddress address, string? model) => model is null ? $"{address}" : $"{address} ({model})";

    /// <summary>Its name in pci.ids.</summary>
    public static string? Model(PciFunction function) => (function.VendorName, function.DeviceName) switch
    {
        (_, null) => null,
        (null, { } device) => device,
        ({ } vendor, { } device) => $"{vendor} {device}",
    };

    /// <summary>What has it now.</summary>
    public static string Driver(PciFunction? function) => function?.Driver is { } driver ? $"driver {driver.Name}" : "no driver";

    public static string List(IEnumerable<PciAddress> functions) => string.Join(", ", functions.Distinct().Order());

    public static string Link(PciFunction function) => $"{function.Path.Directory}/driver -> {function.Driver?.Name ?? "(absent)"}";

    /// <summary>One, two and three.</summary>
    public static string And(IReadOnlyList<string> names) =>
        names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>1 record, 2 records.</summary>
    public static string Count(long number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}
