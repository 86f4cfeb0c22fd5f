using System.Globalization;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// Which functions Proxmox has given to which virtual machine. Source: <c>/run/qemu-server/pci-id-reservations</c>
/// (reserve_pci_usage in PVE/QemuServer/PCI.pm): <c>0000:01:00.0 100 pid:12345</c>, or <c>time:</c> while a start is under way.
/// Mediated devices, and those of <c>args:</c>, are not in it.
/// </summary>
internal sealed class PciIdReservations
{
    public const string File = "run/qemu-server/pci-id-reservations";

    /// <summary>More than any host has functions to give away.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly List<PciIdReservation> _all = [];

    /// <summary>Null: there is no such file, or it can't be read.</summary>
    public static PciIdReservations? Read(HostReader files)
    {
        if (files.LongText(File, MaxBytes) is not { } text)
        {
            return null;
        }

        var reservations = new PciIdReservations();
        string? strange = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (PciIdReservation.TryParse(line, out var one))
            {
                reservations._all.Add(one);
            }
            else
            {
                strange ??= line;
            }
        }

        if (strange is not null)
        {
            files.ReportMalformed(File, strange);
        }

        return reservations;
    }

    /// <summary>What a virtual machine that runs has. A process of another number is an earlier run, and nothing was cleared away after it.</summary>
    /// <param name="id">The VMID.</param>
    /// <param name="pid">The process it is noted to run in; null when that can't be told.</param>
    public IEnumerable<PciAddress> Of(string id, int? pid) => _all
        .Where(one => one.Id == id && one.Pid is { } held && (pid is null || held == pid))
        .Select(one => one.Function)
        .Distinct();

    /// <summary>The entries that the functions are for: those with one device first, then the others in their order, as Proxmox chooses.</summary>
    public static EquatableArray<VmDevice> Assign(IEnumerable<PciAddress> functions, EquatableArray<VmDevice> devices)
    {
        var free = functions.Order().ToList();
        var taken = new Dictionary<string, EquatableArray<PciAddress>>();
        foreach (var device in devices.Where(device => device.Choices.Length == 1).Concat(devices.Where(device => device.Choices.Length > 1)))
        {
            var choice = device.IsMediated ? null : device.Choices.FirstOrDefault(choice => free.Exists(function => Covers(choice, function)));
            if (choice is not null)
            {
                taken[device.Slot] = [.. free.Where(function => Covers(choice, function))];
                free.RemoveAll(function => Covers(choice, function));
            }
        }

        var assigned = devices.Where(device => taken.ContainsKey(device.Slot)).Select(device => device with { Choices = [Together(taken[device.Slot])] });
        return [.. assigned, .. free.Count == 0 ? [] : new[] { Unassigned(free) }];
    }

    private static VmDevice Unassigned(IEnumerable<PciAddress> functions) =>
        new() { Slot = "reservation", Choices = [Together(functions)], When = ExpectationTime.WhileRunning };

    private static bool Covers(DeviceAlternative choice, PciAddress function) => choice.Functions.Any(selector => selector.Covers(function));

    private static DeviceAlternative Together(IEnumerable<PciAddress> functions) => new([.. functions.Select(function => new PciSelector(function, WholeSlot: false))]);

    private readonly record struct PciIdReservation(PciAddress Function, string Id, int? Pid)
    {
        public static bool TryParse(string line, out PciIdReservation reservation)
        {
            reservation = default;
            if (line.TrimEnd().Split(' ', '\t') is not [var function, var id, var holder]
                || !PciSelector.TryParse(function, out var selector)
                || !TryNumber(id, out _)
                || holder.Split(':') is not [("time" or "pid") and var kind, var number]
                || !TryNumber(number, out var value))
            {
                return false;
            }

            reservation = new PciIdReservation(selector.Address, id, kind == "pid" && value is > 0 and <= int.MaxValue ? (int)value : null);
            return true;
        }

        private static bool TryNumber(string text, out long value) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
