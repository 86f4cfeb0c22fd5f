using Passthru.Facts.Pci;

namespace Passthru.Findings.Values;

/// <summary>How findings call things.</summary>
internal static class Names
{
    private static readonly string[] LegalForms = [" Inc.", " Inc", " Ltd.", " Ltd", " LLC", " Corp.", " Co.", " Co", ",", " Corporation", " Semiconductor", " Technology", " Technologies", ","];

    /// <summary>Address, name and ids: <c>0000:03:00.0 Intel I210 Gigabit Network Connection [8086:1533]</c>.</summary>
    public static string For(PciFunction function) =>
        string.Join(' ', new[] { function.Address.ToString(), Model(function), function.Id is { } id ? $"[{id}]" : null }.OfType<string>());

    /// <summary>The same for what is no longer there.</summary>
    public static string For(PciAddress address, string? model) => model is null ? $"{address}" : $"{address} {model}";

    /// <summary>Its name in pci.ids.</summary>
    public static string? Model(PciFunction function) => (function.VendorName, function.DeviceName) switch
    {
        (_, null) => null,
        (null, { } device) => device,
        ({ } vendor, { } device) => $"{Short(vendor)} {device}",
    };

    /// <summary>A vendor as people say it: <c>Intel Corporation</c> is Intel, <c>Advanced Micro Devices, Inc. [AMD/ATI]</c> AMD/ATI.</summary>
    public static string Short(string vendor)
    {
        var bracket = vendor.IndexOf('[', StringComparison.Ordinal);
        if (bracket > 0 && vendor.EndsWith(']'))
        {
            return vendor[(bracket + 1)..^1];
        }

        foreach (var form in LegalForms)
        {
            vendor = vendor.EndsWith(form, StringComparison.Ordinal) ? vendor[..^form.Length] : vendor;
        }

        return vendor;
    }

    /// <summary>Who has it: <c>bound to igb</c>, <c>unbound</c>.</summary>
    public static string Bound(PciFunction? function) => function?.Driver is { } driver ? $"bound to {driver.Name}" : "unbound";

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
