using System.Collections.Immutable;
using System.Globalization;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Iommu;

/// <summary>Reads the units and the groups.</summary>
internal static class IommuReader
{
    private const string Units = "sys/class/iommu";
    private const string Groups = "sys/kernel/iommu_groups";

    /// <summary>All that a group can say of reserved regions; a few lines on real machines.</summary>
    private const int ReservedRegionsBytes = 64 * 1024;

    /// <param name="files">The door to the host.</param>
    /// <param name="memory">What the read before left.</param>
    public static IommuReading Read(HostReader files, IommuCache memory)
    {
        var known = new Dictionary<FileIdentity, KnownRegions>(memory.Regions.Count);
        var facts = new IommuFacts
        {
            Units = ReadEach(files, Units, name => new IommuUnit(name, KindOf(files, name))),
            Groups = ReadEach(files, Groups, name => files.In($"{Groups}/{name}", group => ReadGroup(group, name, memory.Regions, known)))
                ?.Sort((a, b) => CompareNames(a.Name, b.Name)),
        };
        return new IommuReading(facts, new IommuCache { Regions = known });
    }

    /// <summary>
    /// A kernel without IOMMU support has neither directory: there is nothing to list, and that is known, as long as the
    /// directory above is there.
    /// </summary>
    private static ImmutableArray<T>? ReadEach<T>(HostReader files, string directory, Func<string, T> read)
    {
        if (files.Names(directory) is { } names)
        {
            return [.. names.Select(read)];
        }

        var above = directory[..directory.LastIndexOf('/')];
        return files.Exists(directory) == false && files.Exists(above) == true ? ImmutableArray<T>.Empty : null;
    }

    private static IommuKind KindOf(HostReader files, string unit)
    {
        if (unit.StartsWith("dmar", StringComparison.Ordinal))
        {
            return IommuKind.Intel;
        }

        if (unit.StartsWith("ivhd", StringComparison.Ordinal))
        {
            return IommuKind.Amd;
        }

        if (unit.StartsWith("smmu3.", StringComparison.Ordinal))
        {
            return IommuKind.ArmSmmuV3;
        }

        if (unit.StartsWith("smmu.", StringComparison.Ordinal))
        {
            return IommuKind.ArmSmmu;
        }

        return IsVirtio(files, unit) ? IommuKind.Virtio : IommuKind.Other;
    }

    /// <summary>virtio-iommu is named after the device it is (drivers/iommu/virtio-iommu.c), on PCI one of vendor 1af4.</summary>
    private static bool IsVirtio(HostReader files, string unit)
    {
        if (PciAddress.TryParse(unit, out _) && files.Link($"sys/bus/pci/devices/{unit}") is { } link)
        {
            return files.Text($"{PciPath.FromLink(link).Directory}/vendor") == "0x1af4";
        }

        return unit.StartsWith("virtio", StringComparison.Ordinal);
    }

    private static IommuGroup ReadGroup(
        HostReader group, string name, IReadOnlyDictionary<FileIdentity, KnownRegions> before, Dictionary<FileIdentity, KnownRegions> known)
    {
        var identity = group.Identity("") ?? default;
        var members = group.Names("devices");
        var regions = before.GetValueOrDefault(identity) is { } it && members is not null && it.Holds(name, members) ? it : null;

        // Both take the lock of the group, which attaching and resetting hold.
        var locked = group.MayBlock("", () => new Locked(group.Text("type"), regions?.Regions ?? ReadReservedRegions(group)));
        if (members is not null && locked?.ReservedRegions is { } read)
        {
            known[identity] = regions ?? new KnownRegions(name, members, read);
        }

        EquatableArray<string> others = [.. (members ?? []).Where(member => !PciAddress.TryParse(member, out _))];
        return new IommuGroup
        {
            Name = name,
            Functions = members is null ? null : [.. FunctionsAmong(members)],
            OtherMembers = others,
            Parents = [.. others.Select(member => ParentOf(group, name, member)).OfType<PciAddress>()],
            DefaultDomain = locked?.Type,
            GivenName = locked?.Type is null or "unknown" ? group.Text("name") : null,
            ReservedRegions = locked?.ReservedRegions,
        };
    }

    /// <summary>A mediated device's directory lies in that of its parent.</summary>
    private static PciAddress? ParentOf(HostReader group, string name, string member) =>
        Guid.TryParse(member, out _) && group.Link($"devices/{member}") is { } target
            ? DevicePath.FunctionOn(SymlinkPath.Resolve($"{Groups}/{name}/devices/{member}", target))
            : null;

    private static IEnumerable<PciAddress> FunctionsAmong(IEnumerable<string> members)
    {
        foreach (var member in members)
        {
            if (PciAddress.TryParse(member, out var address))
            {
                yield return address;
            }
        }
    }

    private static EquatableArray<ReservedRegion>? ReadReservedRegions(HostReader group)
    {
        const string file = "reserved_regions";
        if (group.LongText(file, ReservedRegionsBytes) is not { } text)
        {
            return null;
        }

        var regions = ImmutableArray.CreateBuilder<ReservedRegion>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace())
            {
                continue;
            }

            if (!ReservedRegion.TryParse(line, out var region))
            {
                group.ReportMalformed(file, line);
                return null;
            }

            regions.Add(region);
        }

        return regions.DrainToImmutable();
    }

    /// <summary>By number where they are numbers, as an operator reads them.</summary>
    private static int CompareNames(string left, string right) =>
        int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
        && int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
            ? a.CompareTo(b)
            : string.CompareOrdinal(left, right);

    private sealed record Locked(string? Type, EquatableArray<ReservedRegion>? ReservedRegions);
}

/// <summary>What was read, and what that leaves for the next read.</summary>
internal sealed record IommuReading(IommuFacts Facts, IommuCache Memory);
